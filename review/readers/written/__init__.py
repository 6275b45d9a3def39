"""What people write (填写内容的读法): numbers, dates, units, names, words and coordinates, read by one reader for every way in.

Forms, workbooks, the register, decisions, filters, imports, options and .yaml are read here; JSON is not: it stays strict. Nothing is
guessed. What can be read in one way only is read exactly, and what it was read as is shown; what can be read in two is refused with both.
"""
