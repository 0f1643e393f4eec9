#include "verifiable.h"

#include "cicada/base/cursor.h"
#include "cicada/crypto/openssl/hash.h"

#include "harness.h"

namespace verifiable {
namespace {

namespace crypto = cicada::crypto::openssl;
namespace base = cicada::base;
using namespace cicada::base::literals;
using terminal::tlv;

template <typename T>
T must(cicada::base::Result<T> result) {
  CHECK_OK(result);
  return std::move(*result);
}

crypto::HashAlgorithm hash_of(unsigned scheme) {
  using enum crypto::HashAlgorithm;
  switch (scheme) {
    case 0x11:
    case 0x13:
    case 0x21: return sha1;
    case 0x22: return sha224;
    case 0x24: return sha384;
    case 0x15:
    case 0x16:
    case 0x25: return sha512;
    default: return sha256;
  }
}

Bytes minimal(ByteView number) {
  while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
  return base::to_bytes(number);
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes out;
  for (const auto& part : parts) base::append(out, part);
  return out;
}

}  // namespace

Party::Party(std::string name, Curve curve, unsigned scheme)
    : name_(std::move(name)),
      scheme_(scheme),
      key_(std::make_shared<const crypto::PrivateKey>(must(crypto::EcPrivateKey::generate(curve)))) {}

Party::Party(std::string name, std::size_t bits, unsigned scheme)
    : name_(std::move(name)),
      scheme_(scheme),
      key_(std::make_shared<const crypto::PrivateKey>(must(crypto::RsaPrivateKey::generate(bits)))) {}

Party Party::named(std::string name) const {
  auto other = *this;
  other.name_ = std::move(name);
  return other;
}

Party Party::with_scheme(unsigned scheme) const {
  auto other = *this;
  other.scheme_ = scheme;
  return other;
}

Bytes Party::sign(ByteView message) const {
  const auto hash = hash_of(scheme_);
  const auto digest = must(crypto::hash(hash, message));
  if (const auto* ec = key_->ec()) return must(ec->sign_plain(digest));
  const bool pss = scheme_ == 0x13 || scheme_ == 0x14 || scheme_ == 0x16;
  if (!pss) return must(key_->rsa()->sign_pkcs1(hash, digest));
  return must(key_->rsa()->sign_pss(
      {.hash = hash, .mgf_hash = hash, .salt_length = static_cast<std::uint32_t>(digest.size())}, digest));
}

std::vector<Bytes> Party::key_objects(bool with_domain) const {
  const Bytes leaf = {static_cast<std::uint8_t>(scheme_ >> 4U), static_cast<std::uint8_t>(scheme_ & 0x0FU)};
  std::vector<Bytes> objects = {tlv(0x06, base::concat({"04007F0007020202"_hex, leaf}))};
  if (const auto* rsa = key_->rsa()) {
    objects.push_back(tlv(0x81, rsa->modulus()));
    objects.push_back(tlv(0x82, rsa->exponent()));
    return objects;
  }
  const auto& ec = *key_->ec();
  const auto& domain = crypto::curve_parameters(ec.curve());
  if (with_domain) {
    objects.push_back(tlv(0x81, minimal(domain.p)));
    objects.push_back(tlv(0x82, minimal(domain.a)));
    objects.push_back(tlv(0x83, minimal(domain.b)));
    objects.push_back(tlv(0x84, domain.generator));
    objects.push_back(tlv(0x85, minimal(domain.order)));
  }
  objects.push_back(tlv(0x86, ec.public_point()));
  if (with_domain) objects.push_back("870101"_hex);
  return objects;
}

Bytes Draft::body() const {
  return tlv(0x7F4E,
             base::concat({profile, authority, public_key, holder, authorization, effective, expiration, extensions}));
}

Bytes date_of(const char* yymmdd) {
  Bytes digits;
  for (const auto* c = yymmdd; *c != 0; ++c) digits.push_back(static_cast<std::uint8_t>(*c - '0'));
  return digits;
}

Draft draft(const Party& issuer, const Party& holder, unsigned authorization, const char* effective,
            const char* expiration) {
  const Bytes role = {static_cast<std::uint8_t>(authorization)};
  const bool cvca = authorization >= 0xC0;
  return {.profile = "5F290100"_hex,
          .authority = tlv(0x42, issuer.name()),
          .public_key = tlv(0x7F49, joined(holder.key_objects(cvca))),
          .holder = tlv(0x5F20, holder.name()),
          .authorization = tlv(0x7F4C, base::concat({"060904007F000703010201"_hex, tlv(0x53, role)})),
          .effective = tlv(0x5F25, date_of(effective)),
          .expiration = tlv(0x5F24, date_of(expiration)),
          .extensions = {}};
}

Bytes seal(const Party& issuer, const Draft& draft) {
  const auto body = draft.body();
  return base::concat({body, tlv(0x5F37, issuer.sign(body))});
}

Bytes certificate(const Party& issuer, const Party& holder, unsigned authorization, const char* effective,
                  const char* expiration) {
  return seal(issuer, draft(issuer, holder, authorization, effective, expiration));
}

Bytes whole(ByteView objects) {
  return tlv(0x7F21, objects);
}

}  // namespace verifiable
