#include <fmt/format.h>

#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/host/misissue/catalogue.h"

namespace cicada::host::misissue {

namespace fs = std::filesystem;

namespace {

base::Result<void> write_pem(const fs::path& file, std::string_view label, base::ByteView der) {
  return base::write_file(file, base::as_bytes(asn1::encode_pem(label, der)));
}

}  // namespace

base::Result<void> save(const TrustMaterial& material, const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be made"});
  const bool empty = fs::is_empty(dir, error);
  if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be read"});
  if (!empty) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the folder for the trust material is not empty",
                       .hint = "choose another folder: what is trusted must be nothing else"});
  }
  std::size_t number = 0;
  for (const auto& certificate : material.certificates) {
    CICADA_CHECK(write_pem(dir / fmt::format("csca-{}.crt", ++number), "CERTIFICATE", certificate.der));
  }
  number = 0;
  for (const auto& list : material.lists) {
    CICADA_CHECK(write_pem(dir / fmt::format("csca-{}.crl", ++number), "X509 CRL", list.der));
  }
  return {};
}

}  // namespace cicada::host::misissue
