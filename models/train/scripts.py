"""Writes which Chinese characters are of one script alone, simplified or traditional.

usage: scripts.py TS ST OUT

TS and ST are TSCharacters.txt and STCharacters.txt of OpenCC: a character of one script, and those of the other that stand
for it, the usual one first. OUT gets two lines: simplified characters of GB 2312 that no traditional text has, and the
traditional ones, which GB 2312 does not have, that they stand for."""
import sys


def table(path):
    with open(path, encoding='utf-8') as f:
        rows = [line.rstrip('\n').split('\t') for line in f if '\t' in line and not line.startswith('#')]
    return {a: b.split() for a, b in rows if len(a) == 1}


def gb2312(c):
    try:
        return bool(c.encode('gb2312'))
    except UnicodeEncodeError:
        return False


def main():
    simplified, traditional = set(), set()
    to_simplified, to_traditional = table(sys.argv[1]), table(sys.argv[2])
    for s, all_of in to_traditional.items():
        if s in all_of or not gb2312(s):
            continue
        simplified.add(s)
        traditional.update(t for t in all_of if s in to_simplified.get(t, ()) and not gb2312(t))
    with open(sys.argv[3], 'w', encoding='utf-8') as out:
        for chars in simplified, traditional - simplified:
            print(''.join(sorted(c for c in chars if ord(c) < 0xA000)), file=out)


if __name__ == '__main__':
    main()
