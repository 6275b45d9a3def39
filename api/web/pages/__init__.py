"""The pages, a module for each thing they are about."""
