"""Sources of knowledge: read in a child process, filed generation by generation, put into use and taken back by one UPDATE."""
