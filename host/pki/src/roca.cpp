// The structure of weak RSA moduli: Nemec, Sys, Svenda, Klinec, Matyas: "The Return of Coppersmith's Attack" (2017).
#include <array>
#include <cstdint>

#include "cicada/host/pki/public_key.h"

namespace cicada::host::pki {

namespace {
/// The flawed primes have the form k * M + (65537^a mod M), M a product of the first primes: the modulus is a power of
/// 65537 modulo each of them. Only small primes for which not every residue is such a power can tell anything.
constexpr std::array<std::uint32_t, 38> kPrimes = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                                   47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                                   107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
constexpr std::uint32_t kGenerator = 65537;

std::uint32_t residue(base::ByteView number, std::uint32_t modulus) noexcept {
  std::uint32_t rest = 0;
  for (const auto octet : number) rest = (rest * 256 + octet) % modulus;
  return rest;
}

bool is_power_of_generator(std::uint32_t value, std::uint32_t prime) noexcept {
  std::uint32_t power = 1;
  for (std::uint32_t i = 0; i < prime; ++i) {
    if (power == value) return true;
    power = power * (kGenerator % prime) % prime;
  }
  return false;
}
}  // namespace

bool has_roca_fingerprint(base::ByteView modulus) noexcept {
  for (const auto prime : kPrimes) {
    if (!is_power_of_generator(residue(modulus, prime), prime)) return false;
  }
  return true;
}

}  // namespace cicada::host::pki
