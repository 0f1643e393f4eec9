#include "structure.h"

#include <algorithm>

#include "cicada/host/lds/atr_info.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg15.h"
#include "mrz_text.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

bool is_number(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, is_digit);
}

Structure examine_com(base::ByteView file) {
  constexpr std::size_t kVersionSize = 4;
  constexpr std::string_view kUnicode = "040000";
  const auto com = parse_com(file);
  if (!com) return {.unreadable = com.error()};
  Structure found;
  // A later minor version is a later LDS of the same kind, which a reader has to read (9303-10 §4.6.1).
  if (com->lds_version.empty()) {
    note(found.deviations, "com-without-lds-version");
  } else if (!is_number(com->lds_version, kVersionSize) || !com->lds_version.starts_with("01")) {
    note(found.deviations, "com-lds-version");
  }
  if (com->unicode_version.empty()) {
    note(found.deviations, "com-without-unicode-version");
  } else if (com->unicode_version != kUnicode) {
    note(found.deviations, "com-unicode-version");
  }
  return found;
}

Structure examine_atr_info(base::ByteView file) {
  const auto info = parse_atr_info(file);
  if (!info) return {.unreadable = info.error()};
  Structure found;
  if (info->announces_extended_lengths() && !info->extended_lengths) {
    note(found.deviations, "atr-info-without-lengths");
  }
  return found;
}

Structure examine_active_key(base::ByteView file) {
  const auto dg15 = parse_dg15(file);
  if (!dg15) return {.unreadable = dg15.error()};
  return {};
}

}  // namespace

Structure examine(Ef ef, base::ByteView file) {
  switch (ef) {
    case Ef::com: return examine_com(file);
    case Ef::dg1: return examine_mrz(file);
    case Ef::dg2: return examine_face(file);
    case Ef::dg3: return examine_fingers(file);
    case Ef::dg4: return examine_irises(file);
    case Ef::dg14: return examine_security_infos(file);
    case Ef::dg15: return examine_active_key(file);
    case Ef::atr_info: return examine_atr_info(file);
    default: return {};
  }
}

}  // namespace cicada::host::lds
