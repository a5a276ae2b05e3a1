Counting:

  $ textkit story.txt
  File       Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  story.txt      3     27        23          5             5.4  Ünïcödé
  
  Most frequent: camel (2), asked (1), count (1), drank (1), either (1), humps (1), litres (1), other (1)

Several files have a total:

  $ textkit --top 0 story.txt empty.txt
  File       Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  story.txt      3     27        23          5             5.4  Ünïcödé
  empty.txt      0      0         0          0               -  -
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  2 files        3     27        23          5             5.4  Ünïcödé

Searching for words, phrases and regular expressions:

  $ textkit --top 0 --search 'CAMEL "no  more" /(\d+)|(?i)two (\w+)/' story.txt
  File       Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  story.txt      3     27        23          5             5.4  Ünïcödé
  
  story.txt
       1:5    word "camel": The camel drank. "How much?" asked the other camel -- the one with two humps.
       1:46   word "camel": The camel drank. "How much?" asked the other camel -- the one with two humps.
       1:68   pattern "two humps" (-, "humps"): The camel drank. "How much?" asked the other camel -- the one with two humps.
       3:15   phrase "no more": Sixty litres, no more; "no less" either! Ünïcödé wörds count, too: 駱駝.

  $ textkit --top 0 --search '"駱駝 camel" /"(.*)"/' wide.txt
  File      Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  wide.txt      2      9         5          2             4.5  camel
  
  wide.txt
       1:4    phrase "駱駝 camel": A «駱駝
       2:13   pattern ""駱駝 camel"" ("駱駝 camel"): camel» is a "駱駝 camel".
       2:14   phrase "駱駝 camel": camel» is a "駱駝 camel".

  $ textkit --top 0 --limit 1 --search 'camel' --search 'nothing' story.txt
  File       Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  story.txt      3     27        23          5             5.4  Ünïcödé
  
  story.txt
       1:5    word "camel": The camel drank. "How much?" asked the other camel -- the one with two humps.
     ...

A query with a mistake:

  $ textkit --search 'camel "no more' story.txt
  textkit: query, column 7: no " ends what begins here
    camel "no more
          ^
  [2]
  $ textkit --search '駱駝 /hump(s/' story.txt
  textkit: query, column 11: unclosed group
    駱駝 /hump(s/
              ^
  [2]
  $ textkit --search '/a/b' story.txt
  textkit: query, column 4: expected a space before this
    /a/b
       ^
  [2]
  $ textkit --search '""' story.txt
  textkit: query, column 1: no word between the quotation marks
    ""
    ^
  [2]
  $ textkit --search '  ' story.txt
  textkit: the query is empty
  [2]
  $ textkit --search "$(printf 'a\377')" story.txt
  textkit: argument `query`: expected a UTF-8 string, got the string "a\255", which is not UTF-8 at byte 1
  [2]

A file that is missing, one that is no file, and one that is not UTF-8; the
others are read all the same:

  $ textkit --top 0 missing.txt .. latin1.txt empty.txt
  textkit: missing.txt: No such file or directory (os error 2)
  textkit: ..: Is a directory (os error 21)
  textkit: latin1.txt: not UTF-8: line 2, byte 5
  File       Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  empty.txt      0      0         0          0               -  -
  [1]

Nothing but errors:

  $ textkit missing.txt
  textkit: missing.txt: No such file or directory (os error 2)
  [1]

An empty file:

  $ textkit empty.txt
  File       Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ─────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  empty.txt      0      0         0          0               -  -

Without files, the Markdown files of the project around, but for those that
are hidden:

  $ mkdir -p project/.git project/docs/more project/docs/_drafts
  $ cp story.txt project/docs/more/story.md
  $ cp story.txt project/docs/_drafts/draft.md
  $ echo 'Read me.' > project/README.md
  $ cd project/docs && textkit --top 0
  File                Lines  Words  Distinct  Sentences  Words/sentence  Longest word
  ──────────────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  README.md               1      2         2          1             2.0  Read
  docs/more/story.md      3     27        23          5             5.4  Ünïcödé
  ──────────────────  ─────  ─────  ────────  ─────────  ──────────────  ────────────
  2 files                 4     29        25          6             4.8  Ünïcödé

Wrong options:

  $ textkit --limit -1 2>&1 | head -n 1
  textkit: --limit cannot be negative.
  $ textkit --limit -1 2> /dev/null
  [2]
  $ textkit --no-such-option 2> /dev/null
  [2]
