// EF.COM: which data groups the chip says it has. Unsigned: the list in EF.SOD is the one to believe.
#pragma once

#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// @clause 9303-10 §4.6.1
struct EfCom {
  std::string lds_version = "0107";        ///< four digits
  std::string unicode_version = "040000";  ///< six digits
  std::vector<std::uint8_t> tags;          ///< of the data groups, in the file's order
  std::vector<UnknownObject> unknown;

  /// The data groups that the tags stand for; tags that no data group has are left out.
  [[nodiscard]] std::vector<Ef> data_groups() const;
};

/// Reads the whole file content. Fails with malformed.
[[nodiscard]] base::Result<EfCom> parse_com(base::ByteView file);
[[nodiscard]] base::Bytes build_com(const EfCom& com);

}  // namespace cicada::host::lds
