#include "cicada/host/iso7816/sw.h"

#include <algorithm>
#include <array>

namespace cicada::host::iso7816 {

namespace {

struct Meaning {
  std::uint16_t status;
  std::string_view text;
};

// Ascending, so that a value is found by bisection.
constexpr std::array kMeanings = {
    Meaning{0x6200, "warning without information"},
    Meaning{0x6281, "the data may be corrupted"},
    Meaning{0x6282, "the file ends before Le octets"},
    Meaning{0x6283, "the file is deactivated"},
    Meaning{0x6284, "the file control information is malformed"},
    Meaning{0x6285, "the file is terminated"},
    Meaning{0x6286, "no input from a sensor"},
    Meaning{0x6287, "a referenced record is deactivated"},
    Meaning{0x6300, "authentication failed"},
    Meaning{0x6381, "the file is full"},
    Meaning{0x63C0, "verification failed, no try left"},
    Meaning{0x63C1, "verification failed, 1 try left"},
    Meaning{0x63C2, "verification failed, 2 tries left"},
    Meaning{0x63C3, "verification failed, 3 tries left"},
    Meaning{0x6400, "execution error, nothing was changed"},
    Meaning{0x6401, "the card wants an immediate response"},
    Meaning{0x6500, "execution error, something was changed"},
    Meaning{0x6581, "memory failure"},
    Meaning{0x6600, "security problem"},
    Meaning{0x6700, "wrong length"},
    Meaning{0x6800, "class function not supported"},
    Meaning{0x6881, "logical channel not supported"},
    Meaning{0x6882, "secure messaging not supported"},
    Meaning{0x6883, "the last command of the chain was expected"},
    Meaning{0x6884, "command chaining not supported"},
    Meaning{0x6900, "command not allowed"},
    Meaning{0x6981, "command does not fit the file structure"},
    Meaning{0x6982, "security status not satisfied"},
    Meaning{0x6983, "authentication method blocked"},
    Meaning{0x6984, "reference data not usable"},
    Meaning{0x6985, "conditions of use not satisfied"},
    Meaning{0x6986, "no current EF"},
    Meaning{0x6987, "secure messaging object missing"},
    Meaning{0x6988, "secure messaging object incorrect"},
    Meaning{0x6A00, "wrong P1 P2"},
    Meaning{0x6A80, "wrong data field"},
    Meaning{0x6A81, "function not supported"},
    Meaning{0x6A82, "file or application not found"},
    Meaning{0x6A83, "record not found"},
    Meaning{0x6A84, "not enough memory in the file"},
    Meaning{0x6A85, "Nc does not fit the TLV structure"},
    Meaning{0x6A86, "incorrect P1 P2"},
    Meaning{0x6A87, "Nc does not fit P1 P2"},
    Meaning{0x6A88, "referenced data not found"},
    Meaning{0x6A89, "the file exists already"},
    Meaning{0x6A8A, "the DF name exists already"},
    Meaning{0x6B00, "offset outside the file"},
    Meaning{0x6D00, "instruction not supported"},
    Meaning{0x6E00, "class not supported"},
    Meaning{0x6F00, "no precise diagnosis"},
    Meaning{0x9000, "success"},
};
static_assert(std::ranges::is_sorted(kMeanings, {}, &Meaning::status));

}  // namespace

SwClass classify(std::uint16_t status) noexcept {
  if (status == sw::k9000Success) return SwClass::normal;
  switch (status >> 8U) {
    case 0x61: return SwClass::more_data;
    case 0x62:
    case 0x63: return SwClass::warning;
    case 0x64:
    case 0x65:
    case 0x66: return SwClass::execution_error;
    case 0x6C: return SwClass::wrong_le;
    case 0x67:
    case 0x68:
    case 0x69:
    case 0x6A:
    case 0x6B:
    case 0x6D:
    case 0x6E:
    case 0x6F: return SwClass::checking_error;
    default: return SwClass::undefined;
  }
}

std::string_view to_string(SwClass status_class) noexcept {
  switch (status_class) {
    case SwClass::normal: return "success";
    case SwClass::more_data: return "more data available";
    case SwClass::warning: return "warning";
    case SwClass::execution_error: return "execution error";
    case SwClass::wrong_le: return "wrong Le";
    case SwClass::checking_error: return "checking error";
    case SwClass::undefined: return "undefined status word";
  }
  return "undefined status word";
}

std::string_view describe(std::uint16_t status) noexcept {
  const auto* const found = std::ranges::lower_bound(kMeanings, status, {}, &Meaning::status);
  if (found != kMeanings.end() && found->status == status) return found->text;
  return to_string(classify(status));
}

}  // namespace cicada::host::iso7816
