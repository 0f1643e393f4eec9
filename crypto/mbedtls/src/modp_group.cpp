#include "cicada/crypto/mbedtls/modp_group.h"

#include <utility>

#include "modp_numbers.h"
#include "mpi.h"

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

constexpr std::size_t kMaxExponentOctets = 256;
constexpr std::size_t kMaxNumberOctets = 320;

std::unexpected<base::Error> arithmetic_failed() {
  return base::fail({.fault = Fault::crypto, .what = "arithmetic failed"});
}

bool read_text(Mpi& number, const char* hexadecimal) {
  return mbedtls_mpi_read_string(&number, 16, hexadecimal) == 0;
}

}  // namespace

std::optional<Modp> match_modp(ByteView prime, ByteView generator) {
  // Nothing that is longer than the longest of the groups by more than its leading zeros is worth reading.
  constexpr std::size_t kLongest = 1024;
  Mpi p, g;
  if (prime.size() > kLongest || generator.size() > kLongest || !p.read(prime) || !g.read(generator)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kModpNumbers.size(); ++i) {
    Mpi known_p, known_g;
    if (read_text(known_p, kModpNumbers.at(i).p) && read_text(known_g, kModpNumbers.at(i).g) &&
        mbedtls_mpi_cmp_mpi(&known_p, &p) == 0 && mbedtls_mpi_cmp_mpi(&known_g, &g) == 0) {
      return static_cast<Modp>(i);
    }
  }
  return std::nullopt;
}

struct ModpGroup::State {
  Modp group;
  Bytes p{}, q{}, g{};
  Field modulo_p{}, modulo_q{};
  Mpi generator{}, cofactor{}, p_minus_1{};

  Result<void> prepare();
  /// y = octets, when they are an element of the subgroup other than 1.
  Result<void> read_element(Mpi& y, ByteView octets);
  /// The octets of an element that is not 1.
  [[nodiscard]] Result<Bytes> write_element(const Mpi& y) const;
  Result<Bytes> power(const Mpi& y, ByteView exponent);
};

Result<void> ModpGroup::State::prepare() {
  const auto& numbers = kModpNumbers.at(std::to_underlying(group));
  Mpi prime, order;
  if (!read_text(prime, numbers.p) || !read_text(order, numbers.q) || !read_text(generator, numbers.g) ||
      !modulo_p.prepare(prime) || !modulo_q.prepare(order) || mbedtls_mpi_sub_int(&p_minus_1, &prime, 1) != 0 ||
      mbedtls_mpi_div_mpi(&cofactor, nullptr, &p_minus_1, &order) != 0) {
    return arithmetic_failed();
  }
  CICADA_TRY(p, octets_of(prime, mbedtls_mpi_size(&prime)));
  CICADA_TRY(q, octets_of(order, mbedtls_mpi_size(&order)));
  CICADA_TRY(g, octets_of(generator, p.size()));
  return {};
}

Result<void> ModpGroup::State::read_element(Mpi& y, ByteView octets) {
  if (octets.size() > p.size()) {
    return base::fail({.fault = Fault::malformed, .what = "the element is longer than the group's prime"});
  }
  if (!y.read(octets)) return arithmetic_failed();
  if (mbedtls_mpi_cmp_int(&y, 1) <= 0 || mbedtls_mpi_cmp_mpi(&y, &p_minus_1) >= 0) {
    return base::fail({.fault = Fault::security, .what = "the element is trivial or not below the group's prime"});
  }
  Mpi power;
  modulo_p.power(power, y, modulo_q.prime());
  if (!modulo_p.succeeded()) return arithmetic_failed();
  if (mbedtls_mpi_cmp_int(&power, 1) != 0) {
    return base::fail(
        {.fault = Fault::security, .what = "the element is not in the subgroup", .clause = "RFC 2631 §2.1.5"});
  }
  return {};
}

Result<Bytes> ModpGroup::State::write_element(const Mpi& y) const {
  if (mbedtls_mpi_cmp_int(&y, 1) == 0) return base::fail({.fault = Fault::security, .what = "the result is 1"});
  return octets_of(y, p.size());
}

Result<Bytes> ModpGroup::State::power(const Mpi& y, ByteView octets) {
  if (octets.empty() || octets.size() > kMaxExponentOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the exponent has not 1 to 256 octets"});
  }
  Mpi exponent, result;
  // Elements have order q, so the exponent counts modulo q only.
  modulo_q.read(exponent, octets);
  modulo_p.power(result, y, exponent);
  if (!modulo_q.succeeded() || !modulo_p.succeeded()) return arithmetic_failed();
  return write_element(result);
}

ModpGroup::ModpGroup(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
ModpGroup::ModpGroup(ModpGroup&&) noexcept = default;
ModpGroup& ModpGroup::operator=(ModpGroup&&) noexcept = default;
ModpGroup::~ModpGroup() = default;

Result<ModpGroup> ModpGroup::create(Modp group) {
  auto state = std::make_unique<State>(group);
  CICADA_CHECK(state->prepare());
  return ModpGroup{std::move(state)};
}

Modp ModpGroup::group() const noexcept {
  return state_->group;
}

const Bytes& ModpGroup::prime() const noexcept {
  return state_->p;
}

const Bytes& ModpGroup::order() const noexcept {
  return state_->q;
}

const Bytes& ModpGroup::generator() const noexcept {
  return state_->g;
}

Result<SecretBytes> ModpGroup::random_exponent(base::Rng& rng) const {
  return draw_below(state_->modulo_q.prime(), rng);
}

Result<Bytes> ModpGroup::power(ByteView element, ByteView exponent) const {
  Mpi y;
  CICADA_CHECK(state_->read_element(y, element));
  return state_->power(y, exponent);
}

Result<Bytes> ModpGroup::power_of_generator(ByteView exponent) const {
  return state_->power(state_->generator, exponent);
}

Result<SecretBytes> ModpGroup::agree(ByteView exponent, ByteView element) const {
  CICADA_TRY(auto shared, power(element, exponent));
  return SecretBytes{std::move(shared)};
}

Result<Bytes> ModpGroup::multiply(ByteView a, ByteView b) const {
  Mpi x, y;
  CICADA_CHECK(state_->read_element(x, a));
  CICADA_CHECK(state_->read_element(y, b));
  state_->modulo_p.multiply(x, x, y);
  if (!state_->modulo_p.succeeded()) return arithmetic_failed();
  return state_->write_element(x);
}

Result<void> ModpGroup::check(ByteView element) const {
  Mpi ignored;
  return state_->read_element(ignored, element);
}

Result<Bytes> ModpGroup::map_to_element(ByteView number) const {
  if (number.empty() || number.size() > kMaxNumberOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the number has not 1 to 320 octets"});
  }
  auto& f = state_->modulo_p;
  Mpi y;
  f.read(y, number);
  f.power(y, y, state_->cofactor);
  if (!f.succeeded()) return arithmetic_failed();
  if (mbedtls_mpi_cmp_int(&y, 0) == 0) {
    return base::fail({.fault = Fault::security, .what = "the number is divisible by the group's prime"});
  }
  return state_->write_element(y);
}

}  // namespace cicada::crypto::mbedtls
