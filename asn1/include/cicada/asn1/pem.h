// DER in text files: base64 between BEGIN and END lines (RFC 7468).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::asn1 {

/// More blocks in one file than this are refused.
inline constexpr std::size_t kMaxPemBlocks = 4096;

struct PemBlock {
  std::string label;  ///< "CERTIFICATE", "X509 CRL"
  base::Bytes der;
};

/// Does the text hold a BEGIN line at all?
[[nodiscard]] bool looks_like_pem(base::ByteView text) noexcept;
/// All blocks; other text is skipped. Private keys are not for this function: their octets would not be wiped, so a
/// block whose label ends in "PRIVATE KEY" is left out. Fails with malformed (Error::at is the offset of the block) or
/// limit.
[[nodiscard]] base::Result<std::vector<PemBlock>> parse_pem(base::ByteView text);
/// Base64 text (RFC 4648 §4), white space in it skipped; `at` is handed on in errors. Fails with malformed.
[[nodiscard]] base::Result<base::Bytes> decode_base64(std::string_view text, std::size_t at = 0);
/// One block with lines of 64 characters and a final line feed.
[[nodiscard]] std::string encode_pem(std::string_view label, base::ByteView der);

}  // namespace cicada::asn1
