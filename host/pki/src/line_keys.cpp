#include "cicada/host/pki/line_keys.h"

#include <algorithm>
#include <vector>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/base/secret_file.h"
#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/pki/signer.h"
#include "cicada/host/pki/test_country.h"
#include "key_files.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;
namespace file = line_key_file;
namespace ossl = crypto::openssl;
using base::Fault;
using base::Result;

namespace {

constexpr base::Literal kHint = "cicada pki add-line-keys DIR makes what a line needs";
constexpr std::size_t kMaxPem = 64UL * 1024;
constexpr std::size_t kMaxCheckValueFile = 4096;
constexpr std::array kFiles = {file::kJobMasterKey, file::kJobMasterCheck, file::kTransportMasterCheck, file::kAuditKey,
                               file::kAuditPublicKey};
constexpr std::string_view kJobKeyWarning =
    "# TEST KEY of a test country, made by cicada: the master key of sealed card jobs (AES-256).\n"
    "# Whoever has it can read every prepared job.\n";

Result<NewFile> check_value_file(std::string_view name, base::ByteView key) {
  CICADA_TRY(const auto value, key_check_value(key));
  return public_file(name, base::as_bytes(base::to_hex(value) + "\n"));
}

/// A second object, since a Signer takes its key over.
Result<ossl::PrivateKey> copy_of(const ossl::PrivateKey& key) {
  CICADA_TRY(const auto pem, key.to_pem());
  return ossl::PrivateKey::from_pem(pem.expose());
}

Result<NewFile> audit_public_file(const ossl::PrivateKey& key) {
  CICADA_TRY(auto copy, copy_of(key));
  // Stock tools check the log: they want the curve's name.
  CICADA_TRY(const auto info, Signer{std::move(copy)}.public_key_info(EcParameterForm::named_curve));
  return pem_file(file::kAuditPublicKey, "PUBLIC KEY", info);
}

}  // namespace

Result<LineKeys> create_line_keys(base::Rng& rng) {
  base::Bytes master(kJobMasterKeySize);
  CICADA_CHECK(rng.fill(master));
  base::SecretBytes job_master_key{std::move(master)};
  CICADA_TRY(auto audit, generate_key(KeyAlgorithm::ecdsa_p256));
  return LineKeys{.job_master_key = std::move(job_master_key), .audit_key = std::move(audit)};
}

Result<std::vector<NewFile>> line_key_files(const LineKeys& keys, base::ByteView transport_master_key) {
  std::vector<NewFile> files;
  files.push_back(hex_key_file(file::kJobMasterKey, kJobKeyWarning, keys.job_master_key));
  CICADA_TRY(auto job_check, check_value_file(file::kJobMasterCheck, keys.job_master_key.expose()));
  files.push_back(std::move(job_check));
  CICADA_TRY(auto transport_check, check_value_file(file::kTransportMasterCheck, transport_master_key));
  files.push_back(std::move(transport_check));
  CICADA_CHECK(add_key(files, file::kAuditKey, keys.audit_key));
  CICADA_TRY(auto audit_public, audit_public_file(keys.audit_key));
  files.push_back(std::move(audit_public));
  return files;
}

Result<void> refuse_existing_line_keys(const fs::path& dir) {
  for (const auto name : kFiles) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(dir / name, error))) continue;
    return base::fail({.fault = Fault::conflict,
                       .what = "the folder already has keys of a line",
                       .hint = "keys are never overwritten: what was sealed under them could not be opened"});
  }
  return {};
}

Result<void> save_line_keys(const LineKeys& keys, const fs::path& dir) {
  CICADA_CHECK(refuse_existing_line_keys(dir));
  CICADA_TRY(const auto transport, load_transport_master_key(dir));
  CICADA_TRY(const auto files, line_key_files(keys, transport.expose()));
  return write_all(dir, files);
}

Result<base::SecretBytes> load_job_master_key(const fs::path& dir) {
  return read_hex_key(dir / file::kJobMasterKey, kJobMasterKeySize,
                      {.what = "job-master.key is missing in the folder of the country", .hint = kHint});
}

Result<ossl::PrivateKey> load_audit_key(const fs::path& dir) {
  const auto secret = base::read_secret_file(dir / file::kAuditKey, kMaxPem);
  if (!secret && secret.error().fault == Fault::not_found) {
    return base::fail(
        {.fault = Fault::not_found, .what = "audit.key is missing in the folder of the country", .hint = kHint});
  }
  if (!secret) return std::unexpected(secret.error());
  return ossl::PrivateKey::from_pem(secret->expose());
}

Result<KeyCheckValue> key_check_value(base::ByteView key) {
  CICADA_TRY(const auto cmac, ossl::Cmac::create(key));
  CICADA_TRY(const auto mac, cmac.compute({kKeyCheckInput}));
  KeyCheckValue value{};
  std::copy_n(mac.begin(), value.size(), value.begin());
  return value;
}

Result<KeyCheckValue> load_key_check_value(const fs::path& path) {
  const auto text = base::read_file(path, kMaxCheckValueFile);
  if (!text && text.error().fault == Fault::not_found) {
    return base::fail({.fault = Fault::not_found,
                       .what = "the check value of a master key is missing in the folder of the country",
                       .hint = kHint});
  }
  if (!text) return std::unexpected(text.error());
  KeyCheckValue value{};
  CICADA_TRY(const auto octets, parse_hex_key(*text, value.size()));
  std::ranges::copy(octets.expose(), value.begin());
  return value;
}

Result<void> check_key(const KeyCheckValue& found, const KeyCheckValue& expected) {
  if (found == expected) return {};
  return base::fail({.fault = Fault::security,
                     .what = "K03: a master key is not the one that its check value was made of",
                     .hint = "look at the key ceremony's record; do not go on"});
}

}  // namespace cicada::host::pki
