// DG14: what the chip says about its protocols, signed through EF.SOD. Only the frame; see asn1 for SecurityInfos.
#pragma once

#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// 6E { SecurityInfos }. @clause 9303-10 §4.7.14
struct Dg14 {
  base::Bytes security_infos;          ///< the whole SET as it stood
  std::vector<UnknownObject> unknown;  ///< what stood behind it
};

/// Reads the whole file content. Fails with malformed when it is not one 6E object that begins with a SET.
[[nodiscard]] base::Result<Dg14> parse_dg14(base::ByteView file);

/// `security_infos` is the whole SET. Fails with bad_input when it is not one.
[[nodiscard]] base::Result<base::Bytes> build_dg14(base::ByteView security_infos);
[[nodiscard]] base::Result<base::Bytes> build_dg14(const Dg14& dg14);

}  // namespace cicada::host::lds
