"""Readers: a file of the owner becomes pieces that may answer. `formats.reader_of` finds the reader; the child process of a source calls it."""
