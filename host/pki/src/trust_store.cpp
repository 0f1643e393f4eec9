#include "cicada/host/pki/trust_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/pem.h"
#include "cicada/base/file.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::pki {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCertificateLabel = "CERTIFICATE";
constexpr std::string_view kListLabel = "X509 CRL";
constexpr std::array<std::string_view, 6> kTrustExtensions = {".crt", ".cer", ".cert", ".der", ".pem", ".crl"};

bool has_trust_extension(const fs::path& file) {
  return std::ranges::find(kTrustExtensions, file.extension().string()) != kTrustExtensions.end();
}

/// Names that compare equal tolerantly have one key; the other way round it need not be so.
std::string name_key(const asn1::Name& name) {
  std::string key;
  for (const char c : name.to_string()) {
    if (c == ' ' || c == '\t') continue;
    key += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

std::string octets_key(base::ByteView octets) {
  return std::string{base::as_text(octets)};
}

std::string serial_key(base::ByteView serial) {
  return octets_key(asn1::trim_unsigned(serial));
}

/// A CMS message is the outer shape of a master list.
bool is_cms(base::ByteView der) {
  const auto outer = asn1::read_only(der, asn1::tags::kSequence);
  if (!outer) return false;
  asn1::TlvReader inside{outer->value};
  const auto type = inside.expect(asn1::tags::kOid);
  return type && base::equal(type->value, asn1::oids::kSignedData.content());
}

template <typename Index>
std::vector<const asn1::Certificate*> all_of(const Index& index, const std::string& key) {
  std::vector<const asn1::Certificate*> found;
  const auto [first, last] = index.equal_range(key);
  for (auto it = first; it != last; ++it) found.push_back(it->second);
  return found;
}

}  // namespace

base::Result<TrustStore> TrustStore::load(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    return base::fail({.fault = base::Fault::not_found, .what = "the trust material is not there"});
  }
  TrustStore store;
  if (fs::is_directory(status)) {
    CICADA_CHECK(store.add_folder(path));
  } else {
    CICADA_CHECK(store.add_file(path));
    if (store.anchors_.empty() && !store.warnings_.empty()) return base::fail(store.warnings_.front().error);
  }
  if (store.anchors_.empty()) {
    return base::fail({.fault = base::Fault::not_found,
                       .what = "there is no CSCA certificate in the trust material",
                       .hint = "give a file or folder with CSCA certificates, PEM or DER"});
  }
  return store;
}

base::Result<void> TrustStore::add_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it{folder, error}, end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored) || it->path().extension() == ".key") continue;
    if (files.size() == kMaxTrustFiles) {
      return base::fail({.fault = base::Fault::limit, .what = "too many files in the trust folder"});
    }
    files.push_back(it->path());
  }
  if (error) return base::fail({.fault = base::Fault::io, .what = "the trust folder cannot be read"});
  std::ranges::sort(files);
  for (const auto& file : files) CICADA_CHECK(add_file(file));
  return {};
}

base::Result<void> TrustStore::add_file(const fs::path& file) {
  const auto content = base::read_file(file, kMaxTrustFileSize);
  if (!content) {
    warnings_.push_back({.file = file, .error = content.error()});
    return {};
  }
  if (asn1::looks_like_pem(*content)) return add_pem(file, *content);
  const bool is_der = asn1::read_only(*content, asn1::tags::kSequence).has_value();
  if (!is_der && !has_trust_extension(file)) return {};
  auto added = add_der(*content, file.extension() == ".crl");
  if (!added && added.error().fault == base::Fault::limit && seen_.size() >= kMaxTrustObjects) return added;
  if (!added && (has_trust_extension(file) || is_cms(*content))) {
    warnings_.push_back({.file = file, .error = added.error()});
  }
  return {};
}

base::Result<void> TrustStore::add_pem(const fs::path& file, base::ByteView text) {
  const auto blocks = asn1::parse_pem(text);
  if (!blocks) {
    warnings_.push_back({.file = file, .error = blocks.error()});
    return {};
  }
  for (const auto& block : *blocks) {
    if (block.label != kCertificateLabel && block.label != kListLabel) continue;
    auto added = add_der(block.der, block.label == kListLabel);
    if (added) continue;
    if (added.error().fault == base::Fault::limit && seen_.size() >= kMaxTrustObjects) return added;
    warnings_.push_back({.file = file, .error = added.error()});
  }
  return {};
}

base::Result<void> TrustStore::add_der(base::ByteView der, bool list_expected) {
  if (is_cms(der)) {
    return base::fail({.fault = base::Fault::unsupported,
                       .what = "this is a CMS message, not a certificate; master lists are not read yet"});
  }
  auto certificate = asn1::parse_certificate(der);
  if (certificate) return add(*std::move(certificate));
  auto list = asn1::parse_certificate_list(der);
  if (list) return add(*std::move(list));
  return base::fail(list_expected ? list.error() : certificate.error());
}

base::Result<bool> TrustStore::is_new(base::ByteView der) {
  CICADA_TRY(const auto octets, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha256, der));
  auto digest = octets_key(octets);
  if (seen_.contains(digest)) return false;
  if (seen_.size() >= kMaxTrustObjects) {
    return base::fail({.fault = base::Fault::limit, .what = "too many certificates and lists in the trust material"});
  }
  seen_.insert(std::move(digest));
  return true;
}

base::Result<void> TrustStore::add(asn1::Certificate certificate) {
  CICADA_TRY(const auto constraints, certificate.basic_constraints());
  CICADA_TRY(const auto key_id, certificate.subject_key_identifier());
  CICADA_TRY(const bool fresh, is_new(certificate.der));
  if (!fresh) return {};
  const bool is_ca = constraints && constraints->ca;
  auto owned = std::make_unique<const asn1::Certificate>(std::move(certificate));
  const auto* kept = owned.get();
  (is_ca ? anchors_ : document_signers_).push_back(std::move(owned));
  if (key_id) (is_ca ? anchors_by_key_id_ : signers_by_key_id_).emplace(octets_key(*key_id), kept);
  if (is_ca) {
    anchors_by_subject_.emplace(name_key(kept->subject), kept);
  } else {
    signers_by_serial_.emplace(serial_key(kept->serial), kept);
  }
  return {};
}

base::Result<void> TrustStore::add(asn1::CertificateList list) {
  CICADA_TRY(const bool fresh, is_new(list.der));
  if (fresh) lists_.push_back(std::make_unique<const asn1::CertificateList>(std::move(list)));
  return {};
}

std::vector<const asn1::Certificate*> TrustStore::anchors_by_key_id(base::ByteView subject_key_identifier) const {
  return all_of(anchors_by_key_id_, octets_key(subject_key_identifier));
}

std::vector<const asn1::Certificate*> TrustStore::anchors_by_subject(const asn1::Name& name) const {
  auto found = all_of(anchors_by_subject_, name_key(name));
  std::erase_if(found, [&](const auto* anchor) { return !asn1::same_name(anchor->subject, name); });
  return found;
}

const asn1::Certificate* TrustStore::document_signer(const asn1::Name& issuer, base::ByteView serial) const {
  for (const auto* signer : all_of(signers_by_serial_, serial_key(serial))) {
    if (asn1::same_name(signer->issuer, issuer)) return signer;
  }
  return nullptr;
}

const asn1::Certificate* TrustStore::document_signer_by_key_id(base::ByteView subject_key_identifier) const {
  const auto found = all_of(signers_by_key_id_, octets_key(subject_key_identifier));
  return found.size() == 1 ? found.front() : nullptr;
}

}  // namespace cicada::host::pki
