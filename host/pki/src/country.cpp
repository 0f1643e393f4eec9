#include "cicada/host/pki/country.h"

#include <algorithm>
#include <array>

namespace cicada::host::pki {

namespace {

// ISO 3166-1: two letters, then three, then a blank.
constexpr std::string_view kIso3166 =
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE "
    "BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS "
    "BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN "
    "COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST "
    "EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF "
    "GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD "
    "HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM "
    "JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA "
    "LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD "
    "MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM "
    "NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG "
    "PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA "
    "SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD "
    "STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON "
    "TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR "
    "VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE ";
constexpr std::size_t kStride = 6;
static_assert(kIso3166.size() % kStride == 0);

struct Exception {
  std::string_view country;
  std::string_view state;
};

/// 9303-3 §5 parts C and D: where the MRZ does not say what ISO 3166-1 would, or says more. The first entry of a
/// country is its usual code.
constexpr std::array kExceptions = {
    Exception{"DE", "D"},
    Exception{"EU", "EUE"},
    Exception{"UN", "UNO"},
    Exception{"UN", "UNA"},
    Exception{"UN", "UNK"},
    Exception{"GB", "GBD"},
    Exception{"GB", "GBN"},
    Exception{"GB", "GBO"},
    Exception{"GB", "GBP"},
    Exception{"GB", "GBS"},
    Exception{"KS", "RKS"},
    Exception{"XK", "RKS"},
    Exception{"HK", "CHN"},
    Exception{"MO", "CHN"},
    Exception{"XO", "XOM"},
    Exception{"UT", "UTO"},
    // Organizations; those without a code of two letters of their own use XX.
    Exception{"XC", "XCC"},
    Exception{"XP", "XPO"},
    Exception{"XX", "XBA"},
    Exception{"XX", "XIM"},
    Exception{"XX", "XCE"},
    Exception{"XX", "XCO"},
    Exception{"XX", "XEC"},
    Exception{"XX", "XES"},
    Exception{"XX", "XMP"},
    Exception{"XX", "XDC"},
    Exception{"XX", "XXA"},
    Exception{"XX", "XXB"},
    Exception{"XX", "XXC"},
    Exception{"XX", "XXX"},
    Exception{"UN", "IAO"},
    Exception{"ZZ", "UNO"},
    // Territories whose documents are signed by the State that they belong to.
    Exception{"GB", "AIA"},
    Exception{"GB", "BMU"},
    Exception{"GB", "CYM"},
    Exception{"GB", "FLK"},
    Exception{"GB", "GGY"},
    Exception{"GB", "GIB"},
    Exception{"GB", "IMN"},
    Exception{"GB", "IOT"},
    Exception{"GB", "JEY"},
    Exception{"GB", "MSR"},
    Exception{"GB", "PCN"},
    Exception{"GB", "SGS"},
    Exception{"GB", "SHN"},
    Exception{"GB", "TCA"},
    Exception{"GB", "VGB"},
    Exception{"CN", "HKG"},
    Exception{"CN", "MAC"},
    Exception{"DK", "FRO"},
    Exception{"DK", "GRL"},
    Exception{"FI", "ALA"},
    Exception{"NL", "ABW"},
    Exception{"NL", "ANT"},
    Exception{"NL", "BES"},
    Exception{"NL", "CUW"},
    Exception{"NL", "SXM"},
    // Names that ISO 3166 had before.
    Exception{"RO", "ROM"},
    Exception{"TL", "TMP"},
    Exception{"CD", "ZAR"},
    Exception{"RS", "SCG"},
    Exception{"CS", "SCG"},
    Exception{"RS", "YUG"},
    Exception{"YU", "YUG"},
};

std::string upper(std::string_view text) {
  std::string result{text};
  for (auto& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string_view iso_state(std::string_view country) {
  for (std::size_t i = 0; i < kIso3166.size(); i += kStride) {
    if (kIso3166.substr(i, 2) == country) return kIso3166.substr(i + 2, 3);
  }
  return {};
}

}  // namespace

std::string normalized_state(std::string_view state) {
  auto result = upper(state);
  while (!result.empty() && (result.back() == '<' || result.back() == ' ')) result.pop_back();
  return result;
}

bool state_belongs_to_country(std::string_view state, std::string_view country) {
  const auto wanted = normalized_state(state);
  const auto code = upper(country);
  if (wanted.empty() || code.size() != 2) return false;
  if (iso_state(code) == wanted) return true;
  for (const auto& exception : kExceptions) {
    if (exception.country == code && exception.state == wanted) return true;
  }
  return false;
}

bool is_known_state(std::string_view state) {
  const auto wanted = normalized_state(state);
  for (std::size_t i = 0; i < kIso3166.size(); i += kStride) {
    if (kIso3166.substr(i + 2, 3) == wanted) return true;
  }
  return std::ranges::any_of(kExceptions, [&](const auto& exception) { return exception.state == wanted; });
}

bool is_known_country(std::string_view country) {
  const auto code = upper(country);
  return !iso_state(code).empty() ||
         std::ranges::any_of(kExceptions, [&](const auto& exception) { return exception.country == code; });
}

const std::vector<std::string_view>& countries() {
  static const auto kAll = [] {
    std::vector<std::string_view> all;
    for (std::size_t i = 0; i < kIso3166.size(); i += kStride) all.push_back(kIso3166.substr(i, 2));
    for (const auto& exception : kExceptions) all.push_back(exception.country);
    return all;
  }();
  return kAll;
}

std::string state_of_country(std::string_view country) {
  const auto code = upper(country);
  if (code == "DE") return "D";
  if (const auto state = iso_state(code); !state.empty()) return std::string{state};
  for (const auto& exception : kExceptions) {
    if (exception.country == code) return std::string{exception.state};
  }
  return {};
}

}  // namespace cicada::host::pki
