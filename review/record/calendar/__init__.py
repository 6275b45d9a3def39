"""The office's calendar (工作日历): working days, the terms that are counted in them, and the days by which something is due."""
