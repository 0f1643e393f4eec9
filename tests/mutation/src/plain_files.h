// Files off a chip that has no locks.
#pragma once

#include <string_view>

#include "cicada/conformance/procedures/registry.h"

namespace cicada::tests::mutation {

/// Where a file of the suite's name is; fid 0: nowhere.
struct Place {
  bool in_master_file = false;
  std::uint16_t fid = 0;
  std::uint8_t sfi = 0;
};
[[nodiscard]] Place place_of(std::string_view name);

/// In the place of procedures::read_file. Inconclusive when the file is not there.
[[nodiscard]] conformance::model::Outcome read_in_plain(conformance::procedures::Scene& scene, std::string_view name,
                                                        base::Bytes& content);

}  // namespace cicada::tests::mutation
