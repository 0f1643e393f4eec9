#include "cicada/host/pki/field_signature.h"

#include <array>

#include "cicada/asn1/der.h"
#include "cicada/host/pki/deviation.h"
#include "judgement.h"

namespace cicada::host::pki {

namespace ossl = crypto::openssl;

namespace {

/// Where a certificate's identifier leaves the hash open: SHA-1 last.
constexpr std::array kLikelyHashes = {HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512,
                                      HashAlgorithm::sha224, HashAlgorithm::sha1};

/// One way to verify: what is verified, and how it is called.
class Attempt {
 public:
  Attempt(const SignatureQuery& query, SignatureScheme scheme, HashAlgorithm hash, base::ByteView digest)
      : query_(query), scheme_(std::move(scheme)), hash_(hash), digest_(digest) {}

  /// The first error is the one by the letter of the standard: it is the one to tell.
  base::Result<void> run() {
    const auto strict = query_.key.verify_digest(scheme_, hash_, digest_, query_.signature);
    if (strict) return {};
    if (scheme_.hash && *scheme_.hash != hash_ && !replaces_default_hash()) return strict;
    if (query_.key.dsa() != nullptr) return strict;
    const bool found = query_.key.ec() != nullptr ? try_ecdsa() : try_rsa();
    if (found) return {};
    return strict;
  }
  [[nodiscard]] const std::vector<std::string_view>& deviations() const noexcept { return deviations_; }

 private:
  bool take(const base::Result<void>& verified, std::initializer_list<std::string_view> names) {
    if (!verified) return false;
    deviations_.insert(deviations_.end(), names);
    return true;
  }

  /// RSA-PSS parameters that name no hash mean SHA-1 (RFC 4055 §3.1); some signers meant the digest algorithm.
  [[nodiscard]] bool replaces_default_hash() const {
    return scheme_.family == SignatureFamily::rsa_pss && scheme_.pss && !scheme_.pss_names_hash;
  }

  /// r and s as numbers, whatever zeros are missing or too many; lengths stay DER.
  bool try_ecdsa() {
    if (scheme_.family == SignatureFamily::rsa_pss || scheme_.family == SignatureFamily::rsa_pkcs1) return false;
    const auto& key = *query_.key.ec();
    const auto width = ossl::order_size(key.curve());
    if (const auto plain = plain_of_integers(width)) {
      return take(key.verify_plain(digest_, *plain), {deviation::kEcdsaIntegerForm});
    }
    if (const auto plain = plain_of_halves(width)) {
      return take(key.verify_plain(digest_, *plain), {deviation::kEcdsaPlain});
    }
    return false;
  }

  static bool append_number(base::Bytes& to, base::ByteView octets, std::size_t width) {
    const auto number = asn1::trim_unsigned(octets);
    if (octets.empty() || number.size() > width) return false;
    to.insert(to.end(), width - number.size(), 0);
    base::append(to, number);
    return true;
  }

  [[nodiscard]] std::optional<base::Bytes> plain_of_integers(std::size_t width) const {
    const auto outer = asn1::read_only(query_.signature, asn1::tags::kSequence, asn1::Rules::der);
    if (!outer) return std::nullopt;
    const auto parts = asn1::read_all(outer->value, asn1::Rules::der);
    if (!parts || parts->size() != 2) return std::nullopt;
    base::Bytes plain;
    for (const auto& part : *parts) {
      if (part.tag != asn1::tags::kInteger || !append_number(plain, part.value, width)) return std::nullopt;
    }
    return plain;
  }

  [[nodiscard]] std::optional<base::Bytes> plain_of_halves(std::size_t width) const {
    const auto half = query_.signature.size() / 2;
    if (query_.signature.size() % 2 != 0 || half < width) return std::nullopt;
    base::Bytes plain;
    if (!append_number(plain, query_.signature.first(half), width)) return std::nullopt;
    if (!append_number(plain, query_.signature.last(half), width)) return std::nullopt;
    return plain;
  }

  bool try_rsa() {
    const auto& key = *query_.key.rsa();
    if (scheme_.family == SignatureFamily::rsa_pss) return try_pss(key);
    if (scheme_.family != SignatureFamily::rsa_pkcs1 && scheme_.family != SignatureFamily::of_the_key) return false;
    if (query_.key.is_for_pss_only()) {
      return take(key.verify_pkcs1(hash_, digest_, query_.signature), {deviation::kPssKeySignedPkcs1});
    }
    return take(key.verify_pkcs1_without_null(hash_, digest_, query_.signature), {deviation::kDigestInfoWithoutNull});
  }

  bool try_pss(const ossl::RsaPublicKey& key) {
    const auto stated = scheme_.pss.value_or(ossl::PssParameters{.hash = hash_, .mgf_hash = hash_});
    if (!replaces_default_hash() && !query_.key.allows(stated)) return false;
    const auto any_salt = [&](HashAlgorithm mask) {
      return key.verify_pss_any_salt(hash_, mask, digest_, query_.signature);
    };
    const auto with_salt = [&](HashAlgorithm mask) {
      return key.verify_pss({.hash = hash_, .mgf_hash = mask, .salt_length = scheme_.pss->salt_length}, digest_,
                            query_.signature);
    };
    if (!scheme_.pss) return take(any_salt(hash_), {deviation::kPssSaltLength});
    if (replaces_default_hash() && hash_ != scheme_.pss->hash) {
      const auto mask = scheme_.pss_names_mask_hash ? scheme_.pss->mgf_hash : hash_;
      return take(with_salt(mask), {deviation::kPssWithoutHash}) ||
             take(any_salt(mask), {deviation::kPssWithoutHash, deviation::kPssSaltLength});
    }
    if (take(any_salt(scheme_.pss->mgf_hash), {deviation::kPssSaltLength})) return true;
    if (scheme_.pss_names_mask_hash || hash_ == scheme_.pss->mgf_hash) return false;
    return take(with_salt(hash_), {deviation::kPssWithoutMaskHash}) ||
           take(any_salt(hash_), {deviation::kPssWithoutMaskHash, deviation::kPssSaltLength});
  }

  const SignatureQuery& query_;
  SignatureScheme scheme_;
  HashAlgorithm hash_;
  base::ByteView digest_;
  std::vector<std::string_view> deviations_;
};

base::Result<void> verify_with(const SignatureQuery& query, const SignatureScheme& scheme, HashAlgorithm hash,
                               std::vector<std::string>& deviations) {
  CICADA_TRY(const auto digest, ossl::hash(hash, query.message));
  Attempt attempt{query, scheme, hash, digest};
  CICADA_CHECK(attempt.run());
  for (const auto name : scheme.deviations) note(deviations, name);
  for (const auto name : attempt.deviations()) note(deviations, name);
  return {};
}

}  // namespace

base::Result<void> verify_field_signature(const SignatureQuery& query, std::vector<std::string>& deviations) {
  CICADA_TRY(const auto scheme, signature_scheme(query.algorithm));
  if (query.digest) return verify_with(query, scheme, *query.digest, deviations);
  if (scheme.hash) return verify_with(query, scheme, *scheme.hash, deviations);
  // RSA-PSS without parameters, or the name of a key, in a certificate: the hash is nowhere written.
  base::Result<void> first = verify_with(query, scheme, kLikelyHashes.front(), deviations);
  for (const auto hash : std::span{kLikelyHashes}.subspan(1)) {
    if (first) return first;
    if (verify_with(query, scheme, hash, deviations)) return {};
  }
  return first;
}

base::Result<void> verify_field_signature(const asn1::AlgorithmIdentifier& algorithm,
                                          const asn1::SubjectPublicKeyInfo& key, base::ByteView message,
                                          base::ByteView signature, std::vector<std::string>& deviations) {
  CICADA_TRY(const auto public_key, kept_public_key(key));
  return verify_field_signature(
      SignatureQuery{.algorithm = algorithm, .key = *public_key, .message = message, .signature = signature},
      deviations);
}

}  // namespace cicada::host::pki
