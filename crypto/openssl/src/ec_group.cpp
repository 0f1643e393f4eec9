#include "cicada/crypto/openssl/ec_group.h"

#include <utility>

#include "curve.h"
#include "field.h"
#include "scalar.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

constexpr std::size_t kMaxScalarOctets = 66;
constexpr std::size_t kMaxNumberOctets = 128;

Result<void> check_length(ByteView number) {
  if (number.empty() || number.size() > kMaxScalarOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the number has not 1 to 66 octets"});
  }
  return {};
}

}  // namespace

struct EcGroup::State {
  Curve curve;
  const EC_GROUP* group;  ///< the process's own, see group_of()
  BnContext context{BN_CTX_new()};
  Field modulo_p{}, modulo_n{};
  Bignum a{BN_new()}, b{BN_new()};
  // For mapping only, and made when a point is first mapped: a card's life mostly multiplies.
  bool maps = false;
  Bignum minus_b_over_a{BN_new()};
  Bignum root_exponent{BN_new()};  ///< p-1-(p+1)/4; only for p = 3 mod 4
  Point first{EC_POINT_new(group)}, second{EC_POINT_new(group)}, result{EC_POINT_new(group)};

  [[nodiscard]] bool prepare();
  [[nodiscard]] bool prepare_mapping();
  [[nodiscard]] bool can_map() const noexcept { return BN_is_bit_set(modulo_p.prime(), 1) == 1; }

  Result<void> read_point(ByteView octets, EC_POINT& point) const;
  [[nodiscard]] Result<Bytes> write_result() const;
  /// result = scalar * point; of the generator when there is no point.
  Result<void> multiply(ByteView scalar, const EC_POINT* point);
  /// h = x^3 + a x + b.
  void curve_equation(BIGNUM* h, const BIGNUM* x);
  /// The image of t as 04 || x || y.
  Result<Bytes> image_of(const BIGNUM* t);
};

bool EcGroup::State::prepare() {
  const Bignum p{BN_new()};
  return context && a && b && minus_b_over_a && root_exponent && first && second && result && p &&
         EC_GROUP_get_curve(group, p.get(), a.get(), b.get(), context.get()) == 1 &&
         modulo_p.prepare(p.get(), context.get()) && modulo_n.prepare(EC_GROUP_get0_order(group), context.get());
}

bool EcGroup::State::prepare_mapping() {
  if (maps) return true;
  modulo_p.invert(minus_b_over_a.get(), a.get());
  modulo_p.multiply(minus_b_over_a.get(), minus_b_over_a.get(), b.get());
  modulo_p.negate(minus_b_over_a.get(), minus_b_over_a.get());
  // For p = 4k + 3: (p + 1) / 4 = k + 1, and p - 1 - (p + 1) / 4 = 3k + 1.
  maps = BN_rshift(root_exponent.get(), modulo_p.prime(), 2) == 1 && BN_mul_word(root_exponent.get(), 3) == 1 &&
         BN_add_word(root_exponent.get(), 1) == 1 && modulo_p.succeeded();
  return maps;
}

Result<void> EcGroup::State::read_point(ByteView octets, EC_POINT& point) const {
  if (octets.size() != 1 + 2 * field_size(curve) || octets[0] != 0x04) {
    return base::fail({.fault = Fault::malformed,
                       .what = "not an uncompressed point of this curve's size",
                       .clause = "SEC 1 §2.3.4"});
  }
  // Refuses coordinates that are not below p, and points off the curve.
  if (EC_POINT_oct2point(group, &point, octets.data(), octets.size(), context.get()) != 1 ||
      EC_POINT_is_at_infinity(group, &point) != 0) {
    return refused("the point is not on the curve", Fault::security);
  }
  return {};
}

Result<Bytes> EcGroup::State::write_result() const {
  if (EC_POINT_is_at_infinity(group, result.get()) != 0) {
    return base::fail({.fault = Fault::security, .what = "the result is the point at infinity"});
  }
  Bytes octets(1 + 2 * field_size(curve));
  if (EC_POINT_point2oct(group, result.get(), POINT_CONVERSION_UNCOMPRESSED, octets.data(), octets.size(),
                         context.get()) != octets.size()) {
    return refused("the point has no coordinates");
  }
  return octets;
}

Result<void> EcGroup::State::multiply(ByteView scalar, const EC_POINT* point) {
  CICADA_CHECK(check_length(scalar));
  Frame frame{context.get()};
  auto* k = frame.take();
  if (k == nullptr) return refused("out of memory");
  modulo_n.read(k, scalar);
  // One scalar with one point, or alone: for these the library takes its ladder, whose steps do not depend on the
  // scalar, and not the sum of windows for several.
  if (!modulo_n.succeeded() || EC_POINT_mul(group, result.get(), point == nullptr ? k : nullptr, point,
                                            point == nullptr ? nullptr : k, context.get()) != 1) {
    return refused("the point could not be multiplied");
  }
  return {};
}

void EcGroup::State::curve_equation(BIGNUM* h, const BIGNUM* x) {
  modulo_p.square(h, x);
  modulo_p.add(h, h, a.get());
  modulo_p.multiply(h, h, x);
  modulo_p.add(h, h, b.get());
}

Result<Bytes> EcGroup::State::image_of(const BIGNUM* t) {
  if (!prepare_mapping()) return refused("the curve could not be prepared");
  Frame frame{context.get()};
  auto *alpha = frame.take(), *x2 = frame.take(), *x3 = frame.take(), *h2 = frame.take(), *u = frame.take(),
       *root = frame.take(), *work = frame.take();
  if (work == nullptr) return refused("out of memory");
  auto& f = modulo_p;
  f.square(alpha, t);
  f.negate(alpha, alpha);  // alpha = -t^2
  f.square(work, alpha);
  f.add(work, work, alpha);
  if (BN_is_zero(work) == 1) {  // for t = 0, 1 and p-1
    return base::fail({.fault = Fault::security,
                       .what = "the field element has no image on the curve",
                       .clause = "9303-11 App. B.2.1"});
  }
  f.invert(work, work);
  f.add(work, work, BN_value_one());
  f.multiply(x2, minus_b_over_a.get(), work);  // x2 = -b/a (1 + 1/(alpha + alpha^2))
  f.multiply(x3, alpha, x2);
  curve_equation(h2, x2);
  f.square(u, t);
  f.multiply(u, u, t);
  f.multiply(u, u, h2);                    // u = t^3 h2
  f.power(root, h2, root_exponent.get());  // 1/sqrt(h2), if h2 is a square
  f.square(work, root);
  f.multiply(work, work, h2);
  const bool square = BN_is_one(work) == 1;
  f.multiply(h2, root, h2);  // the ordinate over x2
  f.multiply(u, root, u);    // the ordinate over x3
  const auto width = field_size(curve);
  if (!f.succeeded()) return refused("arithmetic failed");
  CICADA_TRY(const auto x_if, secret_octets(*x2, width));
  CICADA_TRY(const auto y_if, secret_octets(*h2, width));
  CICADA_TRY(const auto x_else, secret_octets(*x3, width));
  CICADA_TRY(const auto y_else, secret_octets(*u, width));
  // Both points were computed, and the choice is no branch: t comes from a password's nonce.
  const auto mask = static_cast<std::uint8_t>(0U - static_cast<unsigned>(square));
  Bytes point(1 + 2 * width, 0x04);
  for (std::size_t i = 0; i < width; ++i) {
    point[1 + i] = static_cast<std::uint8_t>((x_if.expose()[i] & mask) | (x_else.expose()[i] & ~mask));
    point[1 + width + i] = static_cast<std::uint8_t>((y_if.expose()[i] & mask) | (y_else.expose()[i] & ~mask));
  }
  return point;
}

EcGroup::EcGroup(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EcGroup::EcGroup(EcGroup&&) noexcept = default;
EcGroup& EcGroup::operator=(EcGroup&&) noexcept = default;
EcGroup::~EcGroup() = default;

Result<EcGroup> EcGroup::create(Curve curve) {
  const auto* group = group_of(curve);
  if (group == nullptr) return base::fail({.fault = Fault::unsupported, .what = "the library lacks the curve"});
  auto state = std::make_unique<State>(curve, group);
  if (!state->prepare()) return refused("the curve could not be prepared");
  return EcGroup{std::move(state)};
}

Curve EcGroup::curve() const noexcept {
  return state_->curve;
}

const Bytes& EcGroup::generator() const noexcept {
  return curve_parameters(state_->curve).generator;
}

Result<SecretBytes> EcGroup::random_scalar(base::Rng& rng) const {
  return draw_below(curve_parameters(state_->curve).order, rng);
}

Result<Bytes> EcGroup::multiply(ByteView scalar, ByteView point) const {
  CICADA_CHECK(state_->read_point(point, *state_->first));
  CICADA_CHECK(state_->multiply(scalar, state_->first.get()));
  return state_->write_result();
}

Result<Bytes> EcGroup::multiply_generator(ByteView scalar) const {
  CICADA_CHECK(state_->multiply(scalar, nullptr));
  return state_->write_result();
}

Result<Bytes> EcGroup::add(ByteView p, ByteView q) const {
  CICADA_CHECK(state_->read_point(p, *state_->first));
  CICADA_CHECK(state_->read_point(q, *state_->second));
  if (EC_POINT_add(state_->group, state_->result.get(), state_->first.get(), state_->second.get(),
                   state_->context.get()) != 1) {
    return refused("the points could not be added");
  }
  return state_->write_result();
}

Result<SecretBytes> EcGroup::agree(ByteView scalar, ByteView point) const {
  CICADA_TRY(Bytes shared, multiply(scalar, point));
  const base::Wiper wiper{shared};
  return SecretBytes::copy_of(ByteView{shared}.subspan(1, field_size(state_->curve)));
}

Result<void> EcGroup::check(ByteView point) const {
  return state_->read_point(point, *state_->first);
}

Result<SecretBytes> EcGroup::divide(ByteView numerator, ByteView denominator) const {
  CICADA_CHECK(check_length(numerator));
  CICADA_CHECK(check_length(denominator));
  Frame frame{state_->context.get()};
  auto *quotient = frame.take(), *divisor = frame.take();
  if (divisor == nullptr) return refused("out of memory");
  auto& f = state_->modulo_n;
  f.read(quotient, numerator);
  f.read(divisor, denominator);
  if (f.succeeded() && BN_is_zero(divisor) == 1) {
    return base::fail({.fault = Fault::bad_input, .what = "division by zero"});
  }
  f.invert(divisor, divisor);
  f.multiply(quotient, quotient, divisor);
  if (!f.succeeded()) return refused("arithmetic failed");
  return secret_octets(*quotient, order_size(state_->curve));
}

Result<Bytes> EcGroup::map_to_point(ByteView field_element) const {
  if (!state_->can_map()) {
    return base::fail(
        {.fault = Fault::unsupported, .what = "this curve has no integrated mapping", .clause = "9303-11 §9.5.1"});
  }
  CICADA_CHECK(check_length(field_element));
  Frame frame{state_->context.get()};
  auto* t = frame.take();
  if (t == nullptr || BN_bin2bn(field_element.data(), static_cast<int>(field_element.size()), t) == nullptr) {
    return refused("out of memory");
  }
  if (BN_ucmp(t, state_->modulo_p.prime()) >= 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the number is not below the field's prime"});
  }
  CICADA_TRY(auto point, state_->image_of(t));
  CICADA_CHECK(state_->read_point(point, *state_->first));
  return point;
}

Result<SecretBytes> EcGroup::reduce_to_field(ByteView octets) const {
  if (octets.size() > kMaxNumberOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the number has more than 128 octets"});
  }
  Frame frame{state_->context.get()};
  auto* number = frame.take();
  if (number == nullptr) return refused("out of memory");
  state_->modulo_p.read(number, octets);
  if (!state_->modulo_p.succeeded()) return refused("arithmetic failed");
  return secret_octets(*number, field_size(state_->curve));
}

}  // namespace cicada::crypto::openssl
