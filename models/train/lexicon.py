"""Writes the words that `biaoge synth --kinds prose` sets texts of.

usage: lexicon.py [--least N] DICTIONARY OUT.gz

DICTIONARY is jieba's dict.txt: a word, how often it stood in the texts that were counted, and its part of speech. OUT
gets those of nothing but characters that GB 2312 has which stood there often enough and name no person, the most frequent first."""
import argparse, gzip


def plain(word):
    try:
        return all('\u4e00' <= c <= '\u9fff' for c in word) and bool(word.encode('gb2312'))
    except UnicodeEncodeError:
        return False


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('dictionary')
    p.add_argument('out')
    p.add_argument('--least', type=int, default=150)
    a = p.parse_args()
    with open(a.dictionary, encoding='utf-8') as f:
        words = [line.split() for line in f]
    words = sorted(((w, int(n), pos) for w, n, pos in words if int(n) >= a.least and plain(w) and not pos.startswith('nr')), key=lambda w: (-w[1], w[0]))
    with open(a.out, 'wb') as out, gzip.GzipFile(filename='', mode='wb', fileobj=out, mtime=0) as z:
        z.write(''.join(f'{w} {n} {pos}\n' for w, n, pos in words).encode())


if __name__ == '__main__':
    main()
