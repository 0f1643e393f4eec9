#include "cicada/host/vault/token_vault.h"

#include <algorithm>

#include "certificate_file.h"
#include "cicada/asn1/der.h"
#include "keyed_vault.h"
#include "remembering_key.h"

namespace cicada::host::vault {

using base::Fault;
using base::Result;

namespace {

/// Signatures in one call, for each session: so many that its thread is woken seldom, so few that a call does not last.
constexpr std::size_t kSignaturesInTurn = 8;

class MacInToken final : public MasterMac {
 public:
  MacInToken(std::shared_ptr<token::Token> token, std::string label)
      : token_(std::move(token)), label_(std::move(label)) {}

  [[nodiscard]] Result<void> compute(base::ByteView data, base::MutableByteView out) const override {
    CICADA_TRY(auto mac, token_->cmac(label_, data));
    const base::Wiper wiper{mac};
    std::copy_n(mac.begin(), std::min(out.size(), mac.size()), out.begin());
    return {};
  }
  [[nodiscard]] Result<void> compute_each(std::span<const base::Bytes> inputs,
                                          base::MutableByteView out) const override {
    CICADA_TRY(const auto macs, token_->cmacs(label_, inputs));
    if (macs.size() != out.size()) {
      return base::fail({.fault = Fault::bad_input, .what = "the derived keys have another size"});
    }
    std::ranges::copy(macs.expose(), out.begin());
    return {};
  }

 private:
  std::shared_ptr<token::Token> token_;
  std::string label_;
};

/// The public half is the certificate's: some tokens keep no public keys.
Result<pki::PublicHalf> half_of(const asn1::Certificate& certificate) {
  CICADA_TRY(const auto key, pki::PublicKey::create(certificate.public_key));
  if (const auto* ec = key.ec()) return pki::EcHalf{.curve = ec->curve(), .point = ec->point()};
  CICADA_TRY(auto numbers, asn1::parse_rsa_public_key(certificate.public_key));
  return pki::RsaHalf{.modulus = base::to_bytes(numbers.modulus), .exponent = base::to_bytes(numbers.exponent)};
}

/// DigestInfo (RFC 8017 §9.2): the identifier of the hash with NULL, and the digest.
base::Bytes digest_info(pki::HashAlgorithm hash, base::ByteView digest) {
  const auto identifier = asn1::encode({.oid = pki::oid_of(hash), .parameters = asn1::encode_null()});
  return asn1::encode_tlv(asn1::tags::kSequence, {identifier, asn1::encode_tlv(asn1::tags::kOctetString, digest)});
}

class KeyInToken final : public pki::SigningKey {
 public:
  KeyInToken(std::shared_ptr<token::Token> token, std::string label, pki::PublicHalf half)
      : token_(std::move(token)), label_(std::move(label)), half_(std::move(half)) {}

  [[nodiscard]] const pki::PublicHalf& public_half() const noexcept override { return half_; }
  [[nodiscard]] Result<base::Bytes> sign_digest(pki::HashAlgorithm hash, base::ByteView digest) const override {
    if (std::holds_alternative<pki::EcHalf>(half_)) return token_->sign_ecdsa(label_, digest);
    return token_->sign_rsa(label_, digest_info(hash, digest));
  }
  [[nodiscard]] std::vector<Result<base::Bytes>> sign_digests(pki::HashAlgorithm hash,
                                                              std::span<const base::Bytes> digests) const override {
    if (std::holds_alternative<pki::EcHalf>(half_)) return token_->sign_ecdsa_each(label_, digests);
    std::vector<base::Bytes> infos;
    infos.reserve(digests.size());
    for (const auto& digest : digests) infos.push_back(digest_info(hash, digest));
    return token_->sign_rsa_each(label_, infos);
  }

 private:
  std::shared_ptr<token::Token> token_;
  std::string label_;
  pki::PublicHalf half_;
};

Result<std::unique_ptr<const MasterMac>> master_mac(const std::shared_ptr<token::Token>& token,
                                                    const TokenConfiguration::MasterKey& key) {
  auto master = std::make_unique<const MacInToken>(token, key.label);
  CICADA_TRY(const auto found, check_value_of(*master));
  CICADA_CHECK(pki::check_key(found, key.check));
  return master;
}

/// One signature shows that the token's key is the certificate's.
Result<void> check_pair(const pki::Signer& signer, const asn1::Certificate& certificate) {
  const auto message = base::as_bytes("cicada: is this the certificate's key?");
  CICADA_TRY(const auto signature, signer.sign(message));
  if (!pki::verify_signature(signer.signature_algorithm(), certificate.public_key, message, signature)) {
    return base::fail({.fault = Fault::security,
                       .what = "a document signer's key in the token does not belong to its certificate",
                       .hint = "compare the labels in the configuration with those of the token"});
  }
  return {};
}

Result<pki::DocumentSigner> document_signer(const std::shared_ptr<token::Token>& token,
                                            const TokenConfiguration::Signer& wanted) {
  CICADA_TRY(auto certificate, read_certificate(wanted.certificate));
  CICADA_TRY(auto half, half_of(certificate));
  pki::Signer signer{remembering(std::make_unique<const KeyInToken>(token, wanted.label, std::move(half)))};
  CICADA_CHECK(check_pair(signer, certificate));
  return pki::DocumentSigner{.certificate = std::move(certificate), .signer = std::move(signer)};
}

}  // namespace

Result<std::unique_ptr<Vault>> open_token_vault(const TokenConfiguration& configuration, VaultSettings settings) {
  CICADA_TRY(const auto token, token::Token::open(configuration.token));
  Keys keys{.together = kSignaturesInTurn * configuration.token.sessions};
  CICADA_TRY(keys.transport, master_mac(token, configuration.transport));
  CICADA_TRY(keys.job, master_mac(token, configuration.job));
  std::vector<pki::DocumentSigner> signers;
  for (const auto& wanted : configuration.signers) {
    CICADA_TRY(auto signer, document_signer(token, wanted));
    signers.push_back(std::move(signer));
  }
  CICADA_TRY(const auto trust, pki::TrustStore::load(configuration.trust));
  CICADA_TRY(keys.signers, DocumentSigners::create(std::move(signers), trust, configuration.rules,
                                                   std::move(settings.clock), std::move(settings.signed_before)));
  return keyed_vault(std::move(keys), std::move(settings.holds));
}

}  // namespace cicada::host::vault
