#include "cicada/host/access/pace_group.h"

#include <bit>

#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::access {

using base::Bytes;
using base::ByteView;
using base::Result;
using base::SecretBytes;
using crypto::openssl::EcGroup;
using crypto::openssl::ModpGroup;

namespace {

std::size_t bit_length(ByteView number) {
  std::size_t zeros = 0;
  while (zeros < number.size() && number[zeros] == 0) ++zeros;
  if (zeros == number.size()) return 0;
  return (number.size() - zeros) * 8 - static_cast<std::size_t>(std::countl_zero(number[zeros]));
}

}  // namespace

Result<PaceGroup> PaceGroup::create(const Domain& domain) {
  if (const auto* curve = std::get_if<crypto::openssl::Curve>(&domain)) {
    CICADA_TRY(auto group, EcGroup::create(*curve));
    return PaceGroup{Group{std::move(group)}};
  }
  CICADA_TRY(auto group, ModpGroup::create(std::get<crypto::openssl::Modp>(domain)));
  return PaceGroup{Group{std::move(group)}};
}

KeyAgreement PaceGroup::agreement() const noexcept {
  return std::holds_alternative<EcGroup>(group_) ? KeyAgreement::ecdh : KeyAgreement::dh;
}

const Bytes& PaceGroup::generator() const noexcept {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) return curve->generator();
  return std::get_if<ModpGroup>(&group_)->generator();
}

std::size_t PaceGroup::field_bits() const {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) {
    return bit_length(crypto::openssl::curve_parameters(curve->curve()).p);
  }
  return bit_length(std::get<ModpGroup>(group_).prime());
}

Result<SecretBytes> PaceGroup::random_scalar(base::Rng& rng) const {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) return curve->random_scalar(rng);
  return std::get<ModpGroup>(group_).random_exponent(rng);
}

Result<Bytes> PaceGroup::multiply(ByteView scalar, ByteView element) const {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) return curve->multiply(scalar, element);
  return std::get<ModpGroup>(group_).power(element, scalar);
}

Result<Bytes> PaceGroup::multiply_generator(ByteView scalar) const {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) return curve->multiply_generator(scalar);
  return std::get<ModpGroup>(group_).power_of_generator(scalar);
}

Result<Bytes> PaceGroup::combine(ByteView a, ByteView b) const {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) return curve->add(a, b);
  return std::get<ModpGroup>(group_).multiply(a, b);
}

Result<SecretBytes> PaceGroup::agree(ByteView scalar, ByteView element) const {
  return std::visit([&](const auto& group) { return group.agree(scalar, element); }, group_);
}

Bytes PaceGroup::encode(ByteView element) const {
  if (agreement() == KeyAgreement::ecdh) return base::to_bytes(element);
  std::size_t zeros = 0;
  while (zeros < element.size() && element[zeros] == 0) ++zeros;
  return base::to_bytes(element.subspan(zeros));
}

Result<void> PaceGroup::check(ByteView element) const {
  // A number may lack its leading zeros; a point has one length only.
  const bool right = agreement() == KeyAgreement::ecdh ? element.size() == element_size()
                                                       : !element.empty() && element.size() <= element_size();
  if (!right) {
    return base::fail({.fault = base::Fault::malformed,
                       .what = "a public key has not the length of its group",
                       .clause = "9303-11 §9.4.4",
                       .at = element.size()});
  }
  return std::visit([&](const auto& group) { return group.check(element); }, group_);
}

Result<Bytes> PaceGroup::map_number(ByteView number) const {
  if (const auto* curve = std::get_if<EcGroup>(&group_)) {
    CICADA_TRY(const auto element, curve->reduce_to_field(number));
    return curve->map_to_point(element.expose());
  }
  return std::get<ModpGroup>(group_).map_to_element(number);
}

Result<Bytes> PaceGroup::compress(ByteView element) const {
  if (std::holds_alternative<ModpGroup>(group_)) {
    return crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha1, element);
  }
  if (element.size() != element_size()) {
    return base::fail({.fault = base::Fault::bad_input, .what = "a point has not the length of its curve"});
  }
  return base::to_bytes(element.subspan(1, element.size() / 2));
}

}  // namespace cicada::host::access
