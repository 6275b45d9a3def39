"""Documents people fill in and read: the Excel template of the sheet, and its reader."""
