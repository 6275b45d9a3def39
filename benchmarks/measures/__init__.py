"""What `make bench` measures, a part a module; each gives lines of the table."""
