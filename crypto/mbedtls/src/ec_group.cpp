#include "cicada/crypto/mbedtls/ec_group.h"

#include <array>
#include <atomic>
#include <utility>

#include "group.h"

namespace cicada::crypto::mbedtls {

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

std::unexpected<base::Error> arithmetic_failed() {
  return base::fail({.fault = Fault::crypto, .what = "arithmetic failed"});
}

}  // namespace

struct EcGroup::State {
  Curve curve;
  Group group{};
  Bytes generator{};
  Field modulo_p{}, modulo_n{};
  Mpi a{}, minus_b_over_a{};
  Mpi root_exponent{};  ///< p-1-(p+1)/4; only for p = 3 mod 4
  /// Masks the coordinates while a point is multiplied. It changes no result, so it is not an injected one.
  base::SystemRng masks{};

  /// Groups of each curve that nobody uses just now, with the multiples of the generator that the library stored in
  /// them: a new one makes them once more, which takes longer than multiplying with them. Nothing in it is secret.
  /// Threads may come at the same time: who finds the places empty makes a group of his own. Not emptied when the
  /// process ends: there may be groups that live longer than anything here.
  static constexpr std::size_t kMaxIdle = 8;
  static inline constinit std::array<std::array<std::atomic<State*>, kMaxIdle>, kCurveCount> idle{};
  [[nodiscard]] static std::unique_ptr<State> take(Curve curve) noexcept;
  static void give_back(std::unique_ptr<State> state) noexcept;

  Result<void> prepare();
  [[nodiscard]] bool can_map() const noexcept { return mbedtls_mpi_get_bit(&group.P, 1) == 1; }
  /// scalar * point.
  Result<Bytes> multiply(ByteView scalar, const EcPoint& point);
  /// h = x^3 + a x + b.
  void curve_equation(Mpi& h, const Mpi& x);
  /// The image of t.
  Result<void> map(const Mpi& t, EcPoint& image);
};

std::unique_ptr<EcGroup::State> EcGroup::State::take(Curve curve) noexcept {
  for (auto& place : idle.at(std::to_underlying(curve))) {
    if (std::unique_ptr<State> state{place.exchange(nullptr)}) return state;
  }
  return nullptr;
}

void EcGroup::State::give_back(std::unique_ptr<State> state) noexcept {
  for (auto& place : idle.at(std::to_underlying(state->curve))) {
    State* nobody = nullptr;
    if (!place.compare_exchange_strong(nobody, state.get())) continue;
    static_cast<void>(state.release());
    return;
  }
}

Result<void> EcGroup::State::prepare() {
  CICADA_CHECK(group.load(curve));
  EcPoint copy;
  if (!modulo_p.prepare(group.P) || !modulo_n.prepare(group.N) || !group.coefficient_a(a) ||
      mbedtls_ecp_copy(&copy, &group.G) != 0) {
    return arithmetic_failed();
  }
  CICADA_TRY(generator, group.write_point(copy));
  modulo_p.invert(minus_b_over_a, a);
  modulo_p.multiply(minus_b_over_a, minus_b_over_a, group.B);
  modulo_p.negate(minus_b_over_a, minus_b_over_a);
  // For p = 4k + 3: (p + 1) / 4 = k + 1, and p - 1 - (p + 1) / 4 = 3k + 1.
  if (!modulo_p.succeeded() || mbedtls_mpi_copy(&root_exponent, &group.P) != 0 ||
      mbedtls_mpi_shift_r(&root_exponent, 2) != 0 || mbedtls_mpi_mul_int(&root_exponent, &root_exponent, 3) != 0 ||
      mbedtls_mpi_add_int(&root_exponent, &root_exponent, 1) != 0) {
    return arithmetic_failed();
  }
  return {};
}

Result<Bytes> EcGroup::State::multiply(ByteView scalar, const EcPoint& point) {
  CICADA_CHECK(check_length(scalar));
  Mpi k;
  modulo_n.read(k, scalar);
  if (!modulo_n.succeeded()) return arithmetic_failed();
  if (mbedtls_mpi_cmp_int(&k, 0) == 0) {
    return base::fail({.fault = Fault::security, .what = "the result is the point at infinity"});
  }
  EcPoint product;
  if (mbedtls_ecp_mul(&group, &product, &k, &point, draw_for_library, &masks) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "the point could not be multiplied"});
  }
  return group.write_point(product);
}

void EcGroup::State::curve_equation(Mpi& h, const Mpi& x) {
  modulo_p.multiply(h, x, x);
  modulo_p.add(h, h, a);
  modulo_p.multiply(h, h, x);
  modulo_p.add(h, h, group.B);
}

Result<void> EcGroup::State::map(const Mpi& t, EcPoint& image) {
  auto& f = modulo_p;
  Mpi alpha, work, x2, h2, root, u;
  f.multiply(alpha, t, t);
  f.negate(alpha, alpha);  // alpha = -t^2
  f.multiply(work, alpha, alpha);
  f.add(work, work, alpha);
  if (f.succeeded() && mbedtls_mpi_cmp_int(&work, 0) == 0) {  // for t = 0, 1 and p-1
    return base::fail({.fault = Fault::security,
                       .what = "the field element has no image on the curve",
                       .clause = "9303-11 App. B.2.1"});
  }
  Mpi one;
  if (mbedtls_mpi_lset(&one, 1) != 0) return arithmetic_failed();
  f.invert(work, work);
  f.add(work, work, one);
  f.multiply(x2, minus_b_over_a, work);  // x2 = -b/a (1 + 1/(alpha + alpha^2))
  curve_equation(h2, x2);
  f.multiply(u, t, t);
  f.multiply(u, u, t);
  f.multiply(u, u, h2);              // u = t^3 h2
  f.power(root, h2, root_exponent);  // 1/sqrt(h2), if h2 is a square
  f.multiply(work, root, root);
  f.multiply(work, work, h2);
  Mpi x, y;
  f.multiply(x, alpha, x2);  // the point over x3 = alpha x2
  f.multiply(y, root, u);
  f.multiply(h2, root, h2);  // the ordinate over x2
  // Both points were computed, and the choice is no branch: t comes from a password's nonce.
  const auto square = static_cast<unsigned char>(mbedtls_mpi_cmp_int(&work, 1) == 0);
  if (!f.succeeded() || mbedtls_mpi_safe_cond_assign(&x, &x2, square) != 0 ||
      mbedtls_mpi_safe_cond_assign(&y, &h2, square) != 0 || mbedtls_mpi_copy(&image.X, &x) != 0 ||
      mbedtls_mpi_copy(&image.Y, &y) != 0 || mbedtls_mpi_lset(&image.Z, 1) != 0) {
    return arithmetic_failed();
  }
  if (mbedtls_ecp_check_pubkey(&group, &image) != 0) {
    return base::fail({.fault = Fault::security, .what = "the field element has no image on the curve"});
  }
  return {};
}

EcGroup::EcGroup(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EcGroup::EcGroup(EcGroup&&) noexcept = default;
EcGroup& EcGroup::operator=(EcGroup&&) noexcept = default;
EcGroup::~EcGroup() {
  if (state_) State::give_back(std::move(state_));
}

Result<EcGroup> EcGroup::create(Curve curve) {
  auto state = State::take(curve);
  if (state) return EcGroup{std::move(state)};
  state = std::make_unique<State>(curve);
  CICADA_CHECK(state->prepare());
  return EcGroup{std::move(state)};
}

Curve EcGroup::curve() const noexcept {
  return state_->curve;
}

const Bytes& EcGroup::generator() const noexcept {
  return state_->generator;
}

Result<SecretBytes> EcGroup::random_scalar(base::Rng& rng) const {
  return draw_below(state_->group.N, rng);
}

Result<Bytes> EcGroup::multiply(ByteView scalar, ByteView point) const {
  EcPoint factor;
  CICADA_CHECK(state_->group.read_point(point, factor));
  return state_->multiply(scalar, factor);
}

Result<Bytes> EcGroup::multiply_generator(ByteView scalar) const {
  return multiply(scalar, state_->generator);
}

Result<Bytes> EcGroup::add(ByteView p, ByteView q) const {
  EcPoint first, second, sum;
  CICADA_CHECK(state_->group.read_point(p, first));
  CICADA_CHECK(state_->group.read_point(q, second));
  Mpi one;
  if (mbedtls_mpi_lset(&one, 1) != 0 || mbedtls_ecp_muladd(&state_->group, &sum, &one, &first, &one, &second) != 0) {
    return base::fail({.fault = Fault::crypto, .what = "the points could not be added"});
  }
  return state_->group.write_point(sum);
}

Result<SecretBytes> EcGroup::agree(ByteView scalar, ByteView point) const {
  CICADA_TRY(Bytes shared, multiply(scalar, point));
  const base::Wiper wiper{shared};
  return SecretBytes::copy_of(ByteView{shared}.subspan(1, field_size(state_->curve)));
}

Result<void> EcGroup::check(ByteView point) const {
  EcPoint ignored;
  return state_->group.read_point(point, ignored);
}

Result<SecretBytes> EcGroup::divide(ByteView numerator, ByteView denominator) const {
  CICADA_CHECK(check_length(numerator));
  CICADA_CHECK(check_length(denominator));
  auto& f = state_->modulo_n;
  Mpi quotient, divisor;
  f.read(quotient, numerator);
  f.read(divisor, denominator);
  if (f.succeeded() && mbedtls_mpi_cmp_int(&divisor, 0) == 0) {
    return base::fail({.fault = Fault::bad_input, .what = "division by zero"});
  }
  f.invert(divisor, divisor);
  f.multiply(quotient, quotient, divisor);
  if (!f.succeeded()) return arithmetic_failed();
  return secret_octets_of(quotient, order_size(state_->curve));
}

Result<Bytes> EcGroup::map_to_point(ByteView field_element) const {
  if (!state_->can_map()) {
    return base::fail(
        {.fault = Fault::unsupported, .what = "this curve has no integrated mapping", .clause = "9303-11 §9.5.1"});
  }
  CICADA_CHECK(check_length(field_element));
  Mpi t;
  if (!t.read(field_element)) return arithmetic_failed();
  if (mbedtls_mpi_cmp_mpi(&t, &state_->group.P) >= 0) {
    return base::fail({.fault = Fault::bad_input, .what = "the number is not below the field's prime"});
  }
  EcPoint image;
  CICADA_CHECK(state_->map(t, image));
  return state_->group.write_point(image);
}

Result<SecretBytes> EcGroup::reduce_to_field(ByteView octets) const {
  if (octets.size() > kMaxNumberOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the number has more than 128 octets"});
  }
  Mpi number;
  state_->modulo_p.read(number, octets);
  if (!state_->modulo_p.succeeded()) return arithmetic_failed();
  return secret_octets_of(number, field_size(state_->curve));
}

}  // namespace cicada::crypto::mbedtls
