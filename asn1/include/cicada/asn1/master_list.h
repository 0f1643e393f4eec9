// CscaMasterList (9303-12 §9): the certificates that a State has received from others and found good.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::asn1 {

/// More certificates than this in one list are refused; the largest lists have some six hundred.
inline constexpr std::size_t kMaxMasterListCertificates = 20'000;

/// The content of a master list; the envelope is SignedData (cms.h) of type oids::kCscaMasterList. The certificates are
/// octets: whether one can be read (parse_certificate) is for the caller to find out, one after the other, so that one
/// that is broken does not hide the others.
struct CscaMasterList {
  std::uint32_t version = 0;
  std::vector<base::Bytes> certificates;  ///< each whole, as it stood
  std::vector<base::Literal> deviations;  ///< forms that DER or the standard forbids; tolerated
};

/// Reads the value of eContent, in time linear in its size. BER, a list that is not sorted and a version other than 0
/// are tolerated and named. Fails with malformed, or limit.
[[nodiscard]] base::Result<CscaMasterList> parse_master_list(base::ByteView content);

/// DER of a list of version 0, sorted (X.690 §11.6), each certificate once. Fails with bad_input when one is not a
/// SEQUENCE.
[[nodiscard]] base::Result<base::Bytes> encode_master_list(std::span<const base::Bytes> certificates);

}  // namespace cicada::asn1
