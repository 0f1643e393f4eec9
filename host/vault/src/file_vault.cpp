#include "cicada/host/vault/file_vault.h"

#include <algorithm>
#include <vector>

#include "certificate_file.h"
#include "cicada/base/secret_file.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "keyed_vault.h"
#include "remembering_key.h"

namespace cicada::host::vault {

namespace fs = std::filesystem;
using base::Fault;
using base::Result;
namespace ossl = crypto::openssl;

namespace {

/// K03: the key must be the one that its check value was made of.
Result<std::unique_ptr<const MasterMac>> master_mac(const base::SecretBytes& key, const fs::path& check_value) {
  CICADA_TRY(auto master, mac_in_memory(key.expose()));
  CICADA_TRY(const auto expected, pki::load_key_check_value(check_value));
  CICADA_TRY(const auto found, check_value_of(*master));
  CICADA_CHECK(pki::check_key(found, expected));
  return master;
}

Result<pki::DocumentSigner> read_signer(const fs::path& certificate_file) {
  CICADA_TRY(auto certificate, read_certificate(certificate_file));
  auto key_file = certificate_file;
  key_file.replace_extension(".key");
  const auto secret = base::read_secret_file(key_file, kMaxPem);
  if (!secret && secret.error().fault == Fault::not_found) {
    return base::fail({.fault = Fault::not_found,
                       .what = "a document signer's key is missing in the folder of the country",
                       .hint = "the key of ds-2.crt is ds-2.key"});
  }
  if (!secret) return std::unexpected(secret.error());
  CICADA_TRY(auto key, ossl::PrivateKey::from_pem(secret->expose()));
  return pki::DocumentSigner{.certificate = std::move(certificate),
                             .signer = pki::Signer{remembering(pki::signing_key(std::move(key)))}};
}

/// ds*.crt, by name.
Result<std::vector<fs::path>> signer_files(const fs::path& country) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry{country, error}; !error && entry != fs::directory_iterator{};
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with("ds") || !name.ends_with(".crt")) continue;
    if (files.size() == kMaxDocumentSigners) {
      return base::fail({.fault = Fault::limit, .what = "there are too many document signers"});
    }
    files.push_back(entry->path());
  }
  if (error) return base::fail({.fault = Fault::not_found, .what = "the folder of the country cannot be read"});
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<std::unique_ptr<Vault>> open_file_vault(const fs::path& country, VaultSettings settings) {
  Keys keys;
  CICADA_TRY(const auto transport, pki::load_transport_master_key(country));
  CICADA_TRY(keys.transport, master_mac(transport, country / pki::line_key_file::kTransportMasterCheck));
  CICADA_TRY(const auto job, pki::load_job_master_key(country));
  CICADA_TRY(keys.job, master_mac(job, country / pki::line_key_file::kJobMasterCheck));
  CICADA_TRY(const auto files, signer_files(country));
  std::vector<pki::DocumentSigner> signers;
  for (const auto& file : files) {
    CICADA_TRY(auto signer, read_signer(file));
    signers.push_back(std::move(signer));
  }
  CICADA_TRY(const auto trust, pki::TrustStore::load(country));
  CICADA_TRY(keys.signers, DocumentSigners::create(std::move(signers), trust, std::move(settings.rules),
                                                   std::move(settings.clock), std::move(settings.signed_before)));
  return keyed_vault(std::move(keys), std::move(settings.holds));
}

}  // namespace cicada::host::vault
