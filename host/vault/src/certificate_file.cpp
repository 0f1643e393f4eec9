#include "certificate_file.h"

#include <algorithm>

#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"

namespace cicada::host::vault {

base::Result<asn1::Certificate> read_certificate(const std::filesystem::path& file) {
  CICADA_TRY(const auto text, base::read_file(file, kMaxPem));
  CICADA_TRY(const auto blocks, asn1::parse_pem(text));
  const auto block = std::ranges::find(blocks, "CERTIFICATE", &asn1::PemBlock::label);
  if (block == blocks.end()) return base::fail({.what = "a document signer's file has no certificate"});
  return asn1::parse_certificate(block->der);
}

}  // namespace cicada::host::vault
