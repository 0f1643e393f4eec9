#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/base/secret_file.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"
#include "key_files.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;
namespace file = test_country_file;

namespace {

constexpr std::string_view kCertificateLabel = "CERTIFICATE";
constexpr std::string_view kListLabel = "X509 CRL";
constexpr std::size_t kMaxPart = 16UL * 1024 * 1024;
constexpr base::Literal kNoCsca = "csca.crt is missing in the folder of the country";
constexpr base::Literal kNoDs = "ds.crt is missing in the folder of the country";
constexpr base::Literal kNoCrl = "csca.crl is missing in the folder of the country";
constexpr base::Literal kNoCscaKey = "csca.key is missing in the folder of the country";
constexpr base::Literal kNoDsKey = "ds.key is missing in the folder of the country";
constexpr base::Literal kNoMasterKey = "transport-master.key is missing in the folder of the country";

constexpr std::array kAllFiles = {
    file::kReadme, file::kTransportMasterKey, file::kDsKey, file::kCscaKey, file::kCrl, file::kDs, file::kCsca};
constexpr std::array kMoreFiles = {file::kCvca,
                                   file::kDv,
                                   file::kIs,
                                   file::kCvcaKey,
                                   file::kDvKey,
                                   file::kIsKey,
                                   file::kMasterListSigner,
                                   file::kMasterListSignerKey,
                                   file::kMasterList};

constexpr std::string_view kMasterKeyWarning =
    "# TEST KEY of a test country, made by cicada: the master key of the cards' transport keys (AES-128).\n"
    "# Never use it for a card that somebody is meant to trust.\n";

constexpr std::string_view kReadmeText =
    R"(This folder is a TEST COUNTRY. It was made by "cicada pki init" for tests and demonstrations.
No State stands behind it, and its keys lie in plain files: whoever trusts this folder trusts anyone.

csca.crt             the country's CSCA certificate, the trust anchor (PEM)
ds.crt               the document signer's certificate (PEM)
csca.crl             the revocation list of the CSCA (PEM), good for 90 days
csca.key, ds.key     their private keys (PEM, PKCS#8, not encrypted)
transport-master.key the master key of the cards' transport keys (hexadecimal)

A whole country also has
cvca.cvcert          the CVCA, whom cards trust to say which terminals may read fingerprints (CV certificate)
dv.cvcert, is.cvcert a document verifier and its inspection system, good for three months and for one
cvca.key, dv.key, is.key  their private keys
master-list.ml       a master list with the country's CSCA (CMS), signed by
mls.crt, mls.key     the master list signer

For a personalization line ("cicada pki add-line-keys" adds what is missing)
job-master.key       the master key of sealed card jobs (hexadecimal)
audit.key, audit.pub the key that signs the audit log, and its public half (PEM)
NAME.kcv             the check value of the master key NAME.key

Issue cards with it:       cicada issue --pki THIS_FOLDER ...
Verify documents with it:  cicada read --trust THIS_FOLDER ...
)";

/// `more`: the files of verifiers and master list would be written as well.
base::Result<void> refuse_existing(const fs::path& dir, bool more) {
  const auto is_there = [&dir](std::string_view name) {
    std::error_code error;
    return fs::exists(fs::symlink_status(dir / name, error));
  };
  const auto core = std::ranges::count_if(kAllFiles, is_there);
  const auto there = core + (more ? std::ranges::count_if(kMoreFiles, is_there) : 0);
  if (core == std::ssize(kAllFiles)) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the folder already holds a country",
                       .hint = "choose another folder; keys are never overwritten"});
  }
  if (there != 0) {
    return base::fail({.fault = base::Fault::conflict,
                       .what = "the folder already holds files of a country, but not all of them",
                       .hint = "choose another folder, or remove what an interrupted run left behind"});
  }
  return {};
}

/// The CSCA certificate comes last: a folder with it is complete.
base::Result<std::vector<NewFile>> files_of(const TestCountry& country) {
  std::vector<NewFile> files;
  files.push_back(public_file(file::kReadme, base::as_bytes(kReadmeText)));
  files.push_back(hex_key_file(file::kTransportMasterKey, kMasterKeyWarning, country.transport_master_key));
  CICADA_CHECK(add_key(files, file::kDsKey, country.ds_key));
  CICADA_CHECK(add_key(files, file::kCscaKey, country.csca_key));
  files.push_back(pem_file(file::kCrl, kListLabel, country.crl.der));
  files.push_back(pem_file(file::kDs, kCertificateLabel, country.ds.der));
  files.push_back(pem_file(file::kCsca, kCertificateLabel, country.csca.der));
  return files;
}

base::Result<std::vector<NewFile>> files_of(const TestCountry& country, const TestVerifiers& verifiers,
                                            const TestMasterList& master_list) {
  std::vector<NewFile> files;
  CICADA_CHECK(add_key(files, file::kCvcaKey, verifiers.cvca_key));
  CICADA_CHECK(add_key(files, file::kDvKey, verifiers.dv_key));
  CICADA_CHECK(add_key(files, file::kIsKey, verifiers.is_key));
  CICADA_CHECK(add_key(files, file::kMasterListSignerKey, master_list.signer_key));
  files.push_back(public_file(file::kCvca, verifiers.cvca.der));
  files.push_back(public_file(file::kDv, verifiers.dv.der));
  files.push_back(public_file(file::kIs, verifiers.is.der));
  files.push_back(pem_file(file::kMasterListSigner, kCertificateLabel, master_list.signer.der));
  files.push_back(public_file(file::kMasterList, master_list.list));
  CICADA_TRY(auto core, files_of(country));
  std::ranges::move(core, std::back_inserter(files));
  return files;
}

/// `missing` says which file of the country is not there.
base::Error missing_part(base::Literal missing) {
  return {.fault = base::Fault::not_found, .what = missing, .hint = "cicada pki init DIR makes a whole country"};
}

base::Result<base::Bytes> read_part(const fs::path& path, base::Literal missing) {
  auto content = base::read_file(path, kMaxPart);
  if (!content && content.error().fault == base::Fault::not_found) return std::unexpected(missing_part(missing));
  return content;
}

base::Result<asn1::PemBlock> read_block(const fs::path& path, std::string_view label, base::Literal missing) {
  CICADA_TRY(const auto text, read_part(path, missing));
  CICADA_TRY(auto blocks, asn1::parse_pem(text));
  for (auto& block : blocks) {
    if (block.label == label) return std::move(block);
  }
  return base::fail({.what = "a file of the country has no PEM block of its kind"});
}

base::Result<asn1::Certificate> read_certificate(const fs::path& path, base::Literal missing) {
  CICADA_TRY(const auto block, read_block(path, kCertificateLabel, missing));
  return asn1::parse_certificate(block.der);
}

base::Result<crypto::openssl::PrivateKey> read_key(const fs::path& path, base::Literal missing) {
  const auto secret = base::read_secret_file(path, kMaxPart);
  if (!secret && secret.error().fault == base::Fault::not_found) return std::unexpected(missing_part(missing));
  if (!secret) return std::unexpected(secret.error());
  return crypto::openssl::PrivateKey::from_pem(secret->expose());
}

base::Result<Signer> read_signer(const fs::path& path, const asn1::Certificate& certificate, base::Literal missing) {
  CICADA_TRY(auto key, read_key(path, missing));
  Signer signer{std::move(key)};
  if (!signer.matches(certificate)) {
    return base::fail(
        {.fault = base::Fault::conflict, .what = "a private key of the country does not belong to its certificate"});
  }
  return signer;
}

}  // namespace

base::Result<void> save(const TestCountry& country, const fs::path& dir) {
  CICADA_CHECK(refuse_existing(dir, false));
  CICADA_TRY(const auto files, files_of(country));
  return write_all(dir, files);
}

base::Result<void> save(const TestCountry& country, const TestVerifiers& verifiers, const TestMasterList& master_list,
                        const fs::path& dir) {
  CICADA_CHECK(refuse_existing(dir, true));
  CICADA_TRY(const auto files, files_of(country, verifiers, master_list));
  return write_all(dir, files);
}

base::Result<void> save(const TestCountry& country, const TestVerifiers& verifiers, const TestMasterList& master_list,
                        const LineKeys& line_keys, const fs::path& dir) {
  CICADA_CHECK(refuse_existing(dir, true));
  CICADA_CHECK(refuse_existing_line_keys(dir));
  CICADA_TRY(auto files, line_key_files(line_keys, country.transport_master_key.expose()));
  CICADA_TRY(auto others, files_of(country, verifiers, master_list));
  std::ranges::move(others, std::back_inserter(files));
  return write_all(dir, files);
}

base::Result<TestCountry> load_test_country(const fs::path& dir) {
  CICADA_TRY(auto csca, read_certificate(dir / file::kCsca, kNoCsca));
  CICADA_TRY(auto ds, read_certificate(dir / file::kDs, kNoDs));
  CICADA_TRY(const auto list_block, read_block(dir / file::kCrl, kListLabel, kNoCrl));
  CICADA_TRY(auto crl, asn1::parse_certificate_list(list_block.der));
  CICADA_CHECK(read_signer(dir / file::kCscaKey, csca, kNoCscaKey));
  CICADA_CHECK(read_signer(dir / file::kDsKey, ds, kNoDsKey));
  CICADA_TRY(auto csca_key, read_key(dir / file::kCscaKey, kNoCscaKey));
  CICADA_TRY(auto ds_key, read_key(dir / file::kDsKey, kNoDsKey));
  CICADA_TRY(auto master_key, load_transport_master_key(dir));
  return TestCountry{.csca = std::move(csca),
                     .ds = std::move(ds),
                     .crl = std::move(crl),
                     .csca_key = std::move(csca_key),
                     .ds_key = std::move(ds_key),
                     .transport_master_key = std::move(master_key)};
}

base::Result<DocumentSigner> load_document_signer(const fs::path& dir) {
  CICADA_TRY(auto certificate, read_certificate(dir / file::kDs, kNoDs));
  CICADA_TRY(auto signer, read_signer(dir / file::kDsKey, certificate, kNoDsKey));
  return DocumentSigner{.certificate = std::move(certificate), .signer = std::move(signer)};
}

base::Result<base::SecretBytes> load_transport_master_key(const fs::path& dir) {
  return read_hex_key(dir / file::kTransportMasterKey, kTransportMasterKeySize, {.what = kNoMasterKey});
}

}  // namespace cicada::host::pki
