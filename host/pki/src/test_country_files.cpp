#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/pki/test_verifiers.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;
namespace file = test_country_file;

namespace {

constexpr mode_t kPublicMode = 0644;
constexpr mode_t kKeyMode = 0600;
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

constexpr std::string_view kKeyWarning =
    "TEST KEY of a test country, made by cicada. It protects nothing: anyone may have a copy.\n"
    "Never use it for a document that somebody is meant to trust.\n";

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

Issue cards with it:       cicada issue --pki THIS_FOLDER ...
Verify documents with it:  cicada read --trust THIS_FOLDER ...
)";

/// Removes what was written if the rest cannot be.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  Undo(Undo&&) = delete;
  Undo& operator=(Undo&&) = delete;
  ~Undo() {
    std::error_code ignored;
    while (!paths_.empty()) {
      fs::remove(paths_.back(), ignored);
      paths_.pop_back();
    }
  }
  void add(fs::path path) { paths_.push_back(std::move(path)); }
  void keep() noexcept { paths_.clear(); }

 private:
  std::vector<fs::path> paths_;
};

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

/// Makes the folder; every level that was made can be undone.
base::Result<void> make_folder(const fs::path& dir, Undo& undo) {
  std::error_code error;
  if (fs::is_directory(dir, error)) return {};
  std::vector<fs::path> missing;
  for (auto level = fs::absolute(dir, error); !error && !level.empty() && !fs::exists(level, error);
       level = level.parent_path()) {
    if (level.has_filename()) missing.push_back(level);
    if (level == level.root_path()) break;
  }
  for (; !missing.empty(); missing.pop_back()) {
    fs::create_directory(missing.back(), error);
    if (error) return base::fail({.fault = base::Fault::io, .what = "the folder cannot be made"});
    undo.add(missing.back());
  }
  if (!fs::is_directory(dir, error)) {
    return base::fail({.fault = base::Fault::conflict, .what = "the place of the folder is taken by a file"});
  }
  return {};
}

base::Result<base::SecretBytes> key_text(const crypto::openssl::PrivateKey& key) {
  CICADA_TRY(const auto pem, key.to_pem());
  base::Bytes text;
  text.reserve(kKeyWarning.size() + pem.size());  // no reallocation: it would leave a copy of the key behind
  base::append(text, base::as_bytes(kKeyWarning));
  base::append(text, pem.expose());
  return base::SecretBytes{std::move(text)};
}

base::SecretBytes master_key_text(const base::SecretBytes& key) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  base::Bytes text;
  text.reserve(kMasterKeyWarning.size() + 2 * key.size() + 1);
  base::append(text, base::as_bytes(kMasterKeyWarning));
  for (const auto octet : key.expose()) {
    text.push_back(static_cast<std::uint8_t>(kDigits[octet >> 4U]));
    text.push_back(static_cast<std::uint8_t>(kDigits[octet & 0x0FU]));
  }
  text.push_back('\n');
  return base::SecretBytes{std::move(text)};
}

/// A file to be written. Keys are secret, so all contents are.
struct NewFile {
  std::string_view name;
  base::SecretBytes content;
  mode_t mode;
};

NewFile public_file(std::string_view name, base::ByteView content) {
  return {.name = name, .content = base::SecretBytes::copy_of(content), .mode = kPublicMode};
}

NewFile pem_file(std::string_view name, std::string_view label, base::ByteView der) {
  return public_file(name, base::as_bytes(asn1::encode_pem(label, der)));
}

base::Result<void> add_key(std::vector<NewFile>& files, std::string_view name, const crypto::openssl::PrivateKey& key) {
  CICADA_TRY(auto text, key_text(key));
  files.push_back({.name = name, .content = std::move(text), .mode = kKeyMode});
  return {};
}

/// The CSCA certificate comes last: a folder with it is complete.
base::Result<std::vector<NewFile>> files_of(const TestCountry& country) {
  std::vector<NewFile> files;
  files.push_back(public_file(file::kReadme, base::as_bytes(kReadmeText)));
  files.push_back(
      {.name = file::kTransportMasterKey, .content = master_key_text(country.transport_master_key), .mode = kKeyMode});
  CICADA_CHECK(add_key(files, file::kDsKey, country.ds_key));
  CICADA_CHECK(add_key(files, file::kCscaKey, country.csca_key));
  files.push_back(pem_file(file::kCrl, kListLabel, country.crl.der));
  files.push_back(pem_file(file::kDs, kCertificateLabel, country.ds.der));
  files.push_back(pem_file(file::kCsca, kCertificateLabel, country.csca.der));
  return files;
}

/// All of them, or none.
base::Result<void> write_all(const fs::path& dir, const std::vector<NewFile>& files) {
  Undo undo;
  CICADA_CHECK(make_folder(dir, undo));
  for (const auto& entry : files) {
    CICADA_CHECK(base::write_file(dir / entry.name, entry.content.expose(), entry.mode));
    undo.add(dir / entry.name);
  }
  undo.keep();
  return {};
}

/// Reads a file of the country; `missing` says which one is not there.
base::Result<base::Bytes> read_part(const fs::path& path, base::Literal missing) {
  auto content = base::read_file(path, kMaxPart);
  if (!content && content.error().fault == base::Fault::not_found) {
    return base::fail(
        {.fault = base::Fault::not_found, .what = missing, .hint = "cicada pki init DIR makes a whole country"});
  }
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
  CICADA_TRY(auto text, read_part(path, missing));
  const base::SecretBytes secret{std::move(text)};
  return crypto::openssl::PrivateKey::from_pem(secret.expose());
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
  CICADA_TRY(auto raw, read_part(dir / file::kTransportMasterKey, kNoMasterKey));
  const base::SecretBytes text{std::move(raw)};
  base::Bytes key;
  key.reserve(kTransportMasterKeySize + 1);
  bool comment = false;
  bool half = false;
  for (const auto c : text.expose()) {
    if (c == '\n' || c == '#') {
      comment = c == '#';
      continue;
    }
    if (comment || c == ' ' || c == '\r' || c == '\t') continue;
    const auto lower = static_cast<std::uint8_t>(c | 0x20U);
    const bool digit = c >= '0' && c <= '9';
    if ((!digit && (lower < 'a' || lower > 'f')) || key.size() > kTransportMasterKeySize) {
      base::wipe(key);
      return base::fail({.what = "the transport master key is not 32 hexadecimal digits"});
    }
    const auto value = static_cast<std::uint8_t>(digit ? c - '0' : lower - 'a' + 10);
    if (half) {
      key.back() = static_cast<std::uint8_t>((key.back() << 4U) | value);
    } else {
      key.push_back(value);
    }
    half = !half;
  }
  base::SecretBytes secret{std::move(key)};
  if (secret.size() != kTransportMasterKeySize || half) {
    return base::fail({.what = "the transport master key is not 32 hexadecimal digits"});
  }
  return secret;
}

}  // namespace cicada::host::pki
