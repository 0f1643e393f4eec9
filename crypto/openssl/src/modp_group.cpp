#include "cicada/crypto/openssl/modp_group.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "field.h"
#include "scalar.h"

namespace cicada::crypto::openssl {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using base::SecretBytes;

namespace {

constexpr std::size_t kMaxExponentOctets = 256;
constexpr std::size_t kMaxNumberOctets = 320;

// In the order of enum Modp: what the library calls the groups of RFC 5114 §2.1, §2.2 and §2.3.
constexpr std::array<std::string_view, 3> kNames = {"dh_1024_160", "dh_2048_224", "dh_2048_256"};

struct Numbers {
  Bytes p, q, g;  ///< g as long as p; all empty when the library lacks the group
};

ByteView without_leading_zeros(ByteView integer) noexcept {
  while (!integer.empty() && integer[0] == 0) integer = integer.subspan(1);
  return integer;
}

/// `width` 0: as long as the number is.
Bytes read_integer(const EVP_PKEY& key, const char* name, std::size_t width) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &raw) != 1) return {};
  const Bignum number{raw};
  Bytes octets(width == 0 ? static_cast<std::size_t>(BN_num_bytes(raw)) : width);
  if (BN_bn2binpad(raw, octets.data(), static_cast<int>(octets.size())) < 0) return {};
  return octets;
}

/// The numbers as the library has them; none of them is typed here.
Numbers read_numbers(std::string_view name) {
  std::array<char, 16> text{};
  std::ranges::copy(name, text.begin());
  std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, text.data(), 0),
                           OSSL_PARAM_construct_end()};
  const PkeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "DHX", nullptr)};
  EVP_PKEY* raw = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_KEY_PARAMETERS, parameters.data()) != 1) {
    ERR_clear_error();
    return {};
  }
  const Pkey key{raw};
  Numbers numbers;
  numbers.p = read_integer(*key, OSSL_PKEY_PARAM_FFC_P, 0);
  numbers.q = read_integer(*key, OSSL_PKEY_PARAM_FFC_Q, 0);
  numbers.g = read_integer(*key, OSSL_PKEY_PARAM_FFC_G, numbers.p.size());
  if (numbers.p.empty() || numbers.q.empty() || numbers.g.empty()) {
    ERR_clear_error();
    return {};
  }
  return numbers;
}

const Numbers& numbers_of(Modp group) {
  static const auto kNumbers = [] {
    std::array<Numbers, kNames.size()> all;
    std::ranges::transform(kNames, all.begin(), read_numbers);
    return all;
  }();
  return kNumbers.at(std::to_underlying(group));
}

}  // namespace

std::optional<Modp> match_modp(ByteView prime, ByteView generator) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto& known = numbers_of(static_cast<Modp>(i));
    if (!known.p.empty() && base::equal(known.p, without_leading_zeros(prime)) &&
        base::equal(without_leading_zeros(known.g), without_leading_zeros(generator))) {
      return static_cast<Modp>(i);
    }
  }
  return std::nullopt;
}

struct ModpGroup::State {
  Modp group;
  const Numbers* numbers;
  BnContext context{BN_CTX_new()};
  Field modulo_p{}, modulo_q{};
  Bignum generator{BN_new()}, cofactor{BN_new()}, p_minus_1{BN_new()};

  [[nodiscard]] bool prepare();
  /// y = octets, when they are an element of the subgroup other than 1.
  Result<void> read_element(BIGNUM* y, ByteView octets);
  Result<void> read_exponent(BIGNUM* exponent, ByteView octets);
  /// The octets of an element that is not 1; wiped by the caller when they are secret.
  Result<Bytes> write_element(const BIGNUM* y) const;
  Result<Bytes> power(const BIGNUM* y, ByteView exponent);
};

bool ModpGroup::State::prepare() {
  const auto read = [](ByteView octets) {
    return Bignum{BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr)};
  };
  const auto p = read(numbers->p);
  const auto q = read(numbers->q);
  generator = read(numbers->g);
  return context && p && q && generator && cofactor && p_minus_1 && modulo_p.prepare(p.get(), context.get()) &&
         modulo_q.prepare(q.get(), context.get()) && BN_sub(p_minus_1.get(), p.get(), BN_value_one()) == 1 &&
         BN_div(cofactor.get(), nullptr, p_minus_1.get(), q.get(), context.get()) == 1;
}

Result<void> ModpGroup::State::read_element(BIGNUM* y, ByteView octets) {
  if (octets.size() > numbers->p.size()) {
    return base::fail({.fault = Fault::malformed, .what = "the element is longer than the group's prime"});
  }
  Frame frame{context.get()};
  auto* power = frame.take();
  if (y == nullptr || power == nullptr || BN_bin2bn(octets.data(), static_cast<int>(octets.size()), y) == nullptr) {
    return refused("out of memory");
  }
  if (BN_is_zero(y) == 1 || BN_is_one(y) == 1 || BN_ucmp(y, p_minus_1.get()) >= 0) {
    return base::fail({.fault = Fault::security, .what = "the element is trivial or not below the group's prime"});
  }
  modulo_p.power(power, y, modulo_q.prime());
  if (!modulo_p.succeeded()) return refused("arithmetic failed");
  if (BN_is_one(power) != 1) {
    return base::fail(
        {.fault = Fault::security, .what = "the element is not in the subgroup", .clause = "RFC 2631 §2.1.5"});
  }
  return {};
}

Result<void> ModpGroup::State::read_exponent(BIGNUM* exponent, ByteView octets) {
  if (octets.empty() || octets.size() > kMaxExponentOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the exponent has not 1 to 256 octets"});
  }
  if (exponent == nullptr) return refused("out of memory");
  // Elements have order q, so the exponent counts modulo q only.
  modulo_q.read(exponent, octets);
  if (!modulo_q.succeeded()) return refused("arithmetic failed");
  return {};
}

Result<Bytes> ModpGroup::State::write_element(const BIGNUM* y) const {
  if (BN_is_one(y) == 1) return base::fail({.fault = Fault::security, .what = "the result is 1"});
  Bytes octets(numbers->p.size());
  if (BN_bn2binpad(y, octets.data(), static_cast<int>(octets.size())) < 0) return refused("the element is too long");
  return octets;
}

Result<Bytes> ModpGroup::State::power(const BIGNUM* y, ByteView octets) {
  Frame frame{context.get()};
  auto *exponent = frame.take(), *result = frame.take();
  CICADA_CHECK(read_exponent(exponent, octets));
  if (result == nullptr) return refused("out of memory");
  modulo_p.power(result, y, exponent);
  if (!modulo_p.succeeded()) return refused("arithmetic failed");
  return write_element(result);
}

ModpGroup::ModpGroup(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
ModpGroup::ModpGroup(ModpGroup&&) noexcept = default;
ModpGroup& ModpGroup::operator=(ModpGroup&&) noexcept = default;
ModpGroup::~ModpGroup() = default;

Result<ModpGroup> ModpGroup::create(Modp group) {
  const auto& numbers = numbers_of(group);
  if (numbers.p.empty()) return base::fail({.fault = Fault::unsupported, .what = "the library lacks the group"});
  auto state = std::make_unique<State>(group, &numbers);
  if (!state->prepare()) return refused("the group could not be prepared");
  return ModpGroup{std::move(state)};
}

Modp ModpGroup::group() const noexcept {
  return state_->group;
}

const Bytes& ModpGroup::prime() const noexcept {
  return state_->numbers->p;
}

const Bytes& ModpGroup::order() const noexcept {
  return state_->numbers->q;
}

const Bytes& ModpGroup::generator() const noexcept {
  return state_->numbers->g;
}

Result<SecretBytes> ModpGroup::random_exponent(base::Rng& rng) const {
  return draw_below(order(), rng);
}

Result<Bytes> ModpGroup::power(ByteView element, ByteView exponent) const {
  Frame frame{state_->context.get()};
  auto* y = frame.take();
  CICADA_CHECK(state_->read_element(y, element));
  return state_->power(y, exponent);
}

Result<Bytes> ModpGroup::power_of_generator(ByteView exponent) const {
  return state_->power(state_->generator.get(), exponent);
}

Result<SecretBytes> ModpGroup::agree(ByteView exponent, ByteView element) const {
  CICADA_TRY(auto shared, power(element, exponent));
  return SecretBytes{std::move(shared)};
}

Result<Bytes> ModpGroup::multiply(ByteView a, ByteView b) const {
  Frame frame{state_->context.get()};
  auto *x = frame.take(), *y = frame.take();
  CICADA_CHECK(state_->read_element(x, a));
  CICADA_CHECK(state_->read_element(y, b));
  state_->modulo_p.multiply(x, x, y);
  if (!state_->modulo_p.succeeded()) return refused("arithmetic failed");
  return state_->write_element(x);
}

Result<void> ModpGroup::check(ByteView element) const {
  Frame frame{state_->context.get()};
  return state_->read_element(frame.take(), element);
}

Result<Bytes> ModpGroup::map_to_element(ByteView number) const {
  if (number.empty() || number.size() > kMaxNumberOctets) {
    return base::fail({.fault = Fault::bad_input, .what = "the number has not 1 to 320 octets"});
  }
  Frame frame{state_->context.get()};
  auto* y = frame.take();
  if (y == nullptr) return refused("out of memory");
  auto& f = state_->modulo_p;
  f.read(y, number);
  f.power(y, y, state_->cofactor.get());
  if (!f.succeeded()) return refused("arithmetic failed");
  if (BN_is_zero(y) == 1) {
    return base::fail({.fault = Fault::security, .what = "the number is divisible by the group's prime"});
  }
  return state_->write_element(y);
}

}  // namespace cicada::crypto::openssl
