"""The live line: frames, connections, and what each frame does."""
