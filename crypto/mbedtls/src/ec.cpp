#include "cicada/crypto/mbedtls/ec.h"

#include <mbedtls/ecdsa.h>

#include <utility>

#include "cicada/crypto/mbedtls/ec_group.h"
#include "group.h"

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

constexpr std::size_t kMinDigest = 20;
constexpr std::size_t kMaxDigest = 64;

Result<void> check_digest(ByteView digest) {
  if (digest.size() < kMinDigest || digest.size() > kMaxDigest) {
    return base::fail({.fault = Fault::bad_input, .what = "not a hash value of 20 to 64 octets"});
  }
  return {};
}

}  // namespace

Result<EcPublicKey> EcPublicKey::create(Curve curve, ByteView point) {
  Group group;
  EcPoint ignored;
  CICADA_CHECK(group.load(curve));
  CICADA_CHECK(group.read_point(point, ignored));
  return EcPublicKey{curve, base::to_bytes(point)};
}

Result<void> EcPublicKey::verify_plain(ByteView digest, ByteView signature) const {
  CICADA_CHECK(check_digest(digest));
  const auto width = order_size(curve_);
  if (signature.size() != 2 * width) {
    return base::fail({.fault = Fault::malformed, .what = "the signature has a wrong size"});
  }
  Group group;
  EcPoint point;
  CICADA_CHECK(group.load(curve_));
  CICADA_CHECK(group.read_point(point_, point));
  Mpi r, s;
  if (!r.read(signature.first(width)) || !s.read(signature.last(width))) {
    return base::fail({.fault = Fault::crypto, .what = "out of memory"});
  }
  // The library checks the ranges once more; here it is our rule, not its habit.
  if (mbedtls_ecp_check_privkey(&group, &r) != 0 || mbedtls_ecp_check_privkey(&group, &s) != 0) {
    return base::fail({.fault = Fault::security, .what = "r or s is not between 0 and the order"});
  }
  if (mbedtls_ecdsa_verify(&group, digest.data(), digest.size(), &point, &r, &s) != 0) {
    return base::fail({.fault = Fault::security, .what = "the signature does not verify"});
  }
  return {};
}

Result<EcPrivateKey> EcPrivateKey::generate(Curve curve, base::Rng& rng) {
  CICADA_TRY(const auto group, EcGroup::create(curve));
  CICADA_TRY(auto scalar, group.random_scalar(rng));
  CICADA_TRY(auto point, group.multiply_generator(scalar.expose()));
  return EcPrivateKey{curve, std::move(scalar), std::move(point)};
}

Result<EcPrivateKey> EcPrivateKey::create(Curve curve, ByteView scalar) {
  Group group;
  Mpi number;
  CICADA_CHECK(group.load(curve));
  if (scalar.size() != order_size(curve) || !number.read(scalar) || mbedtls_ecp_check_privkey(&group, &number) != 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the private key is not between 0 and the order"});
  }
  CICADA_TRY(const auto whole, EcGroup::create(curve));
  CICADA_TRY(auto point, whole.multiply_generator(scalar));
  return EcPrivateKey{curve, SecretBytes::copy_of(scalar), std::move(point)};
}

EcPrivateKey EcPrivateKey::clone() const {
  return EcPrivateKey{curve_, scalar_.clone(), point_};
}

Result<Bytes> EcPrivateKey::sign_plain(ByteView digest, base::Rng& rng) const {
  CICADA_CHECK(check_digest(digest));
  Group group;
  Mpi key, r, s;
  CICADA_CHECK(group.load(curve_));
  if (!key.read(scalar_.expose()) ||
      mbedtls_ecdsa_sign(&group, &r, &s, &key, digest.data(), digest.size(), draw_for_library, &rng) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "signing failed"});
  }
  const auto width = order_size(curve_);
  CICADA_TRY(auto signature, octets_of(r, width));
  CICADA_TRY(const auto second, octets_of(s, width));
  base::append(signature, second);
  return signature;
}

}  // namespace cicada::crypto::mbedtls
