"""Bytes → sheets and rows: JSON, YAML, workbooks, files of past decisions."""
