#include "cicada/host/pki/trust_store.h"

#include <algorithm>
#include <utility>

#include "cicada/asn1/der.h"
#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::pki {

namespace {

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

template <typename Index>
std::vector<const asn1::Certificate*> all_of(const Index& index, const std::string& key) {
  std::vector<const asn1::Certificate*> found;
  const auto [first, last] = index.equal_range(key);
  for (auto it = first; it != last; ++it) found.push_back(it->second);
  return found;
}

}  // namespace

base::Result<AnchorForm> anchor_form(const asn1::Certificate& certificate) {
  CICADA_TRY(const auto constraints, certificate.basic_constraints());
  if (constraints) return AnchorForm{.is_anchor = constraints->ca, .without_constraints = false};
  // Roots of the time before the profile: version 1, or without the extension.
  CICADA_TRY(const auto usage, certificate.key_usage());
  const bool may_certify = !usage || usage->has(asn1::KeyUsage::key_cert_sign);
  const bool root = may_certify && asn1::same_name(certificate.issuer, certificate.subject);
  return AnchorForm{.is_anchor = root, .without_constraints = root};
}

void TrustStore::warn(TrustWarning warning) {
  if (warnings_.size() < kMaxTrustWarnings) {
    warnings_.push_back(std::move(warning));
  } else {
    ++warnings_not_kept_;
  }
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

void TrustStore::keep(std::unique_ptr<const asn1::Certificate> certificate, bool is_anchor) {
  const auto* kept = certificate.get();
  (is_anchor ? anchors_ : document_signers_).push_back(std::move(certificate));
  // An identifier that cannot be read is as good as none: the name is left.
  if (const auto key_id = kept->subject_key_identifier(); key_id && *key_id) {
    (is_anchor ? anchors_by_key_id_ : signers_by_key_id_).emplace(octets_key(**key_id), kept);
  }
  (is_anchor ? anchors_by_subject_ : signers_by_subject_).emplace(name_key(kept->subject), kept);
  if (!is_anchor) signers_by_serial_.emplace(serial_key(kept->serial), kept);
}

base::Result<void> TrustStore::add(asn1::Certificate certificate, CertificateSource source) {
  CICADA_TRY(const auto form, anchor_form(certificate));
  CICADA_TRY(const bool fresh, is_new(certificate.der));
  if (!fresh) return {};
  keep(std::make_unique<const asn1::Certificate>(std::move(certificate)),
       form.is_anchor && source == CertificateSource::owner);
  return {};
}

base::Result<void> TrustStore::add(asn1::CertificateList list) {
  CICADA_TRY(const bool fresh, is_new(list.der));
  if (fresh) lists_.push_back(std::make_unique<const asn1::CertificateList>(std::move(list)));
  return {};
}

base::Result<void> TrustStore::add(TrustStore other) {
  for (const bool is_anchor : {true, false}) {
    for (auto& certificate : is_anchor ? other.anchors_ : other.document_signers_) {
      CICADA_TRY(const bool fresh, is_new(certificate->der));
      if (fresh) keep(std::move(certificate), is_anchor);
    }
  }
  for (auto& list : other.lists_) {
    CICADA_TRY(const bool fresh, is_new(list->der));
    if (fresh) lists_.push_back(std::move(list));
  }
  std::ranges::move(other.deviation_lists_, std::back_inserter(deviation_lists_));
  std::ranges::move(other.signed_lists_, std::back_inserter(signed_lists_));
  for (auto& warning : other.warnings_) warn(std::move(warning));
  warnings_not_kept_ += other.warnings_not_kept_;
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

std::shared_ptr<const std::vector<std::string>> TrustStore::verified_list(const asn1::CertificateList& list) const {
  const std::scoped_lock lock{verified_lists_->mutex};
  const auto found = verified_lists_->lists.find(&list);
  return found == verified_lists_->lists.end() ? nullptr : found->second;
}

void TrustStore::remember_verified(const asn1::CertificateList& list, std::vector<std::string> deviations) const {
  auto shared = std::make_shared<const std::vector<std::string>>(std::move(deviations));
  const std::scoped_lock lock{verified_lists_->mutex};
  verified_lists_->lists.insert_or_assign(&list, std::move(shared));
}

bool TrustStore::has_document_signer_named(const asn1::Name& subject) const {
  return std::ranges::any_of(all_of(signers_by_subject_, name_key(subject)),
                             [&](const auto* signer) { return asn1::same_name(signer->subject, subject); });
}

}  // namespace cicada::host::pki
