#include "mpi.h"

namespace cicada::crypto::mbedtls {

using base::Bytes;
using base::Result;
using base::SecretBytes;

namespace {
constexpr int kMaxDraws = 128;
}  // namespace

Result<Bytes> octets_of(const mbedtls_mpi& number, std::size_t width) {
  Bytes octets(width);
  if (mbedtls_mpi_write_binary(&number, octets.data(), octets.size()) != 0) {
    return base::fail({.fault = base::Fault::crypto, .what = "the number is too long"});
  }
  return octets;
}

Result<SecretBytes> secret_octets_of(const mbedtls_mpi& number, std::size_t width) {
  CICADA_TRY(auto octets, octets_of(number, width));
  return SecretBytes{std::move(octets)};
}

Result<SecretBytes> draw_below(const mbedtls_mpi& limit, base::Rng& rng) {
  const auto bits = mbedtls_mpi_bitlen(&limit);
  const auto width = (bits + 7) / 8;
  const auto mask = static_cast<std::uint8_t>(0xFFU >> (8 * width - bits));
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    Bytes octets(width);
    const base::Wiper wiper{octets};
    CICADA_CHECK(rng.fill(octets));
    octets[0] &= mask;
    Mpi number;
    unsigned below = 0;
    // Grown to the limit's size, which the comparison in constant time wants.
    if (!number.read(octets) || mbedtls_mpi_grow(&number, limit.n) != 0 ||
        mbedtls_mpi_lt_mpi_ct(&number, &limit, &below) != 0) {
      return base::fail({.fault = base::Fault::crypto, .what = "out of memory"});
    }
    if (below == 1 && mbedtls_mpi_cmp_int(&number, 0) != 0) return SecretBytes::copy_of(octets);
  }
  return base::fail({.fault = base::Fault::crypto, .what = "the random source gives no number below the order"});
}

}  // namespace cicada::crypto::mbedtls
