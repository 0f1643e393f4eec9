// What the pages of all data groups share.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "cicada/host/lds/unknown_object.h"
#include "show.h"

namespace cicada::tools {

inline void show_unknown(const std::vector<host::lds::UnknownObject>& unknown, Page& page) {
  for (const auto& object : unknown) page.octets(fmt::format("unknown object {:X}", object.tag), object.value);
}

inline void show_deviations(const std::vector<std::string>& deviations, Page& page) {
  for (const auto& deviation : deviations) page.field("deviation", deviation);
}

}  // namespace cicada::tools
