package ocr

import (
	"regexp"
	"slices"
	"strings"
)

// languages are those that the Tesseract project has data for, by its own
// names. (https://tesseract-ocr.github.io/tessdoc/Data-Files-in-different-versions.html)
var languages = strings.Fields(`
afr amh ara asm aze aze_cyrl bel ben bod bos bre bul cat ceb ces chi_sim
chi_sim_vert chi_tra chi_tra_vert chr cos cym dan deu div dzo ell eng enm epo
est eus fao fas fil fin fra frk frm fry gla gle glg grc guj hat heb hin hrv hun
hye iku ind isl ita ita_old jav jpn jpn_vert kan kat kat_old kaz khm kir kmr
kor kor_vert lao lat lav lit ltz mal mar mkd mlt mon mri msa mya nep nld nor
oci ori pan pol por pus que ron rus san sin slk slv snd spa spa_old sqi srp
srp_latn sun swa swe syr tam tat tel tgk tha tir ton tur uig ukr urd uzb
uzb_cyrl vie yid yor`)

// script is the name of the data of a whole script, such as script/HanS.
var script = regexp.MustCompile(`^script/[A-Z][A-Za-z]+(_vert)?$`)

// otherNames are names by which people ask for the languages of this project's
// pictures: ISO codes, locales and plain words.
var otherNames = map[string]string{
	"zh": "chi_sim", "cn": "chi_sim", "zho": "chi_sim", "chi": "chi_sim", "chs": "chi_sim", "zh_cn": "chi_sim", "zh_hans": "chi_sim", "chinese": "chi_sim",
	"zh_tw": "chi_tra", "zh_hk": "chi_tra", "zh_hant": "chi_tra", "cht": "chi_tra",
	"en": "eng", "english": "eng", "ja": "jpn", "jp": "jpn", "japanese": "jpn", "ko": "kor", "kr": "kor", "korean": "kor",
	"bo": "bod", "tibetan": "bod", "ug": "uig", "uyghur": "uig", "mn": "mon", "mongolian": "mon",
}

// KnownLanguage says whether the Tesseract project has data of that name.
func KnownLanguage(name string) bool {
	return slices.Contains(languages, name) || script.MatchString(name)
}

// KnownLanguages are the names of all languages that Tesseract has data for.
func KnownLanguages() []string { return slices.Clone(languages) }

// LanguageOf is Tesseract's name for what people call a language otherwise,
// such as zh-CN or chinese; empty where that is not known.
func LanguageOf(name string) string {
	return otherNames[strings.ReplaceAll(strings.ToLower(name), "-", "_")]
}
