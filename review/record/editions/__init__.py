"""The law of a record (本单位的规则版本): editions adopted by events, which is in force on a day, proposals of others."""
