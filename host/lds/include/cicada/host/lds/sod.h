// EF.SOD: the frame around the signed object. What is inside is asn1's matter.
#pragma once

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::host::lds {

/// An EF.SOD taken out of its frame; both views borrow from the file.
struct SodView {
  base::ByteView cms;       ///< the ContentInfo, exactly as it stood
  base::ByteView trailing;  ///< octets after the object (padding of the file); empty in a clean file
};

/// Takes the 77 off. A ContentInfo of indefinite length inside is handed on as it is. Fails with malformed.
/// @clause 9303-10 §4.6.2
[[nodiscard]] base::Result<SodView> unwrap_sod(base::ByteView file);

/// Puts the 77 around a ContentInfo.
[[nodiscard]] base::Bytes wrap_sod(base::ByteView cms);

}  // namespace cicada::host::lds
