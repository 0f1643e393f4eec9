// Small things that all files of the room need; not part of its promise.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/tlv.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// Adds the name of a tolerated departure once.
inline void note(std::vector<std::string>& deviations, std::string_view name) {
  if (std::ranges::find(deviations, name) == deviations.end()) deviations.emplace_back(name);
}

inline void keep(std::vector<UnknownObject>& unknown, const asn1::Tlv& object) {
  unknown.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
}

inline void append_all(base::Bytes& to, const std::vector<UnknownObject>& objects) {
  for (const auto& object : objects) asn1::append_tlv(to, object.tag, object.value);
}

}  // namespace cicada::host::lds
