#include "cicada/conformance/terminal/ephemeral_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cicada/crypto/openssl/ec.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using host::access::KeyAgreement;
using host::access::PaceGroup;

namespace {

constexpr std::uint8_t kUncompressed = 0x04;
constexpr std::uint8_t kNoForm = 0x05;

constexpr std::array kShapes = {
    std::pair{std::string_view{"any"}, KeyShape::any},
    std::pair{std::string_view{"small-x"}, KeyShape::small_x},
    std::pair{std::string_view{"large-x"}, KeyShape::large_x},
    std::pair{std::string_view{"small-y"}, KeyShape::small_y},
    std::pair{std::string_view{"large-y"}, KeyShape::large_y},
};
constexpr std::array kWrongs = {
    std::pair{std::string_view{"wrong-size"}, WrongKey::size},
    std::pair{std::string_view{"origin"}, WrongKey::origin},
    std::pair{std::string_view{"off-curve"}, WrongKey::off_curve},
    std::pair{std::string_view{"above-prime"}, WrongKey::above_prime},
    std::pair{std::string_view{"zero"}, WrongKey::zero},
    std::pair{std::string_view{"wrong-format"}, WrongKey::format},
};

template <typename Words>
auto word_in(const Words& words, std::string_view word) -> std::optional<decltype(words[0].second)> {
  for (const auto& [name, value] : words) {
    if (name == word) return value;
  }
  return std::nullopt;
}

std::unexpected<base::Error> not_of_this_group() {
  return base::fail({.fault = Fault::bad_input, .what = "elements of this group have no such form"});
}

bool has_shape(const PaceGroup& group, ByteView point, KeyShape shape) {
  const auto size = point.size() / 2;
  const bool of_x = shape == KeyShape::small_x || shape == KeyShape::large_x;
  const auto first = point[of_x ? 1 : 1 + size];
  if (shape == KeyShape::small_x || shape == KeyShape::small_y) return first == 0;
  // The field's highest bit, which is not the octet's on P-521.
  const auto highest = 1U << ((group.field_bits() - 1) % 8);
  return (first & highest) != 0;
}

/// The next number; what goes over the order is taken modulo the order by every use.
void increment(Bytes& number) {
  for (auto octet = number.rbegin(); octet != number.rend(); ++octet) {
    if (++*octet != 0) return;
  }
}

/// A point of a curve of another size.
Bytes foreign_point(std::size_t own_size) {
  using crypto::openssl::Curve;
  const auto& small = crypto::openssl::curve_parameters(Curve::p192).generator;
  return small.size() != own_size ? small : crypto::openssl::curve_parameters(Curve::p256).generator;
}

}  // namespace

std::optional<KeyShape> key_shape_from(std::string_view word) noexcept {
  return word_in(kShapes, word);
}

std::optional<WrongKey> wrong_key_from(std::string_view word) noexcept {
  return word_in(kWrongs, word);
}

Result<KeyPair> make_key_pair(const PaceGroup& group, ByteView generator, KeyShape shape, base::Rng& rng) {
  CICADA_TRY(const auto start, group.random_scalar(rng));
  const auto base_element = generator.empty() ? ByteView{group.generator()} : generator;
  CICADA_TRY(auto element, group.multiply(start.expose(), base_element));
  if (shape == KeyShape::any) return KeyPair{.secret = start.clone(), .shown = group.encode(element)};
  if (group.agreement() != KeyAgreement::ecdh) return not_of_this_group();
  auto number = base::to_bytes(start.expose());
  // From one point to the next is one addition.
  for (std::size_t i = 0; i < kMaxKeySearch; ++i) {
    if (has_shape(group, element, shape)) {
      return KeyPair{.secret = base::SecretBytes{std::move(number)}, .shown = std::move(element)};
    }
    increment(number);
    CICADA_TRY(element, group.combine(element, base_element));
  }
  base::wipe(number);
  return base::fail({.fault = Fault::limit, .what = "no key of the wanted shape was found"});
}

Result<Bytes> make_wrong_key(const PaceGroup& group, WrongKey wrong, ByteView right) {
  const bool curve = group.agreement() == KeyAgreement::ecdh;
  const auto size = group.element_size();
  auto key = base::to_bytes(right);
  switch (wrong) {
    case WrongKey::size:
      if (curve) return foreign_point(size);
      key.assign(size + 1, 0x01);
      return key;
    case WrongKey::origin:
      if (!curve) return not_of_this_group();
      std::ranges::fill(key, std::uint8_t{0});
      key.front() = kUncompressed;
      return key;
    case WrongKey::off_curve:
      if (!curve) return not_of_this_group();
      key.back() ^= 1U;
      return key;
    case WrongKey::format:
      if (!curve) return not_of_this_group();
      key.front() = kNoForm;
      return key;
    case WrongKey::above_prime:
      if (curve) return not_of_this_group();
      return Bytes(size, 0xFF);
    case WrongKey::zero:
      if (curve) return not_of_this_group();
      return Bytes(size, 0x00);
  }
  return not_of_this_group();
}

}  // namespace cicada::conformance::terminal
