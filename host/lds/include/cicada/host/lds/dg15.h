// DG15: the public key of active authentication.
#pragma once

#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/unknown_object.h"

namespace cicada::host::lds {

/// 6F { SubjectPublicKeyInfo }. @clause 9303-10 §4.7.15
struct Dg15 {
  base::Bytes public_key_info;         ///< the whole SEQUENCE as it stood, for asn1::parse_public_key_info
  std::vector<UnknownObject> unknown;  ///< what stood behind it
};

/// Reads the whole file content. Fails with malformed when it is not one 6F object that begins with a public key.
[[nodiscard]] base::Result<Dg15> parse_dg15(base::ByteView file);

/// `public_key_info` is the whole SubjectPublicKeyInfo. Fails with bad_input when it is not one.
[[nodiscard]] base::Result<base::Bytes> build_dg15(base::ByteView public_key_info);
[[nodiscard]] base::Result<base::Bytes> build_dg15(const Dg15& dg15);

}  // namespace cicada::host::lds
