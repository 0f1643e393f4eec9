// Security objects with something changed in them: none gets a good verdict, none stops the program.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "cicada/asn1/cms.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/rng.h"
#include "document.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::auth;
using namespace cicada::tests;
namespace pki = cicada::host::pki;
using base::Bytes;

namespace {

struct Original {
  pki::TrustStore trust;
  Bytes sod;
  std::map<int, Bytes> groups;

  [[nodiscard]] PassiveInput input(const Bytes& mutant, bool strict) const {
    PassiveInput input{.ef_sod = mutant, .trust = &trust, .at = today(), .policy = {.strict = strict}};
    for (const auto& [number, octets] : groups) input.data_groups[number] = octets;
    return input;
  }
};

Original original(const std::string& id) {
  const auto vector = vectors::find("passive_documents.json", id);
  const auto octets = [&](const char* key) { return vectors::octets(vector, key); };
  Original made;
  CHECK_OK(made.trust.add(*asn1::parse_certificate(octets("csca"))));
  CHECK_OK(made.trust.add(*asn1::parse_certificate_list(octets("crl"))));
  made.sod = octets("ef_sod");
  // DG2 of these documents is filled with what is no face, which the strict policy does not take.
  made.groups = {{1, octets("dg1")}, {13, octets("dg13")}};
  return made;
}

std::size_t below(base::Rng& rng, std::size_t limit) {
  std::array<std::uint8_t, 4> octets{};
  CHECK_OK(rng.fill(octets));
  std::uint32_t value = 0;
  for (const auto octet : octets) value = (value << 8U) | octet;
  return value % limit;
}

std::uint8_t octet(base::Rng& rng) {
  return static_cast<std::uint8_t>(below(rng, 256));
}

/// An object of the encoding, also within the strings that hold encodings.
struct Node {
  std::size_t start, header, size;
};

void collect(const Bytes& all, std::size_t start, std::size_t end, std::vector<Node>& nodes) {
  while (start < end) {
    const auto header = asn1::read_header(base::ByteView{all}.subspan(start, end - start));
    if (!header || header->total_size() > end - start) return;
    nodes.push_back({.start = start, .header = header->header_size, .size = header->total_size()});
    if ((all[start] & 0x20U) != 0) collect(all, start + header->header_size, start + header->total_size(), nodes);
    start += header->total_size();
  }
}

/// How many mutants of each document and kind: 100,000 in all, with the flipped bits. CICADA_SOD_MUTANTS changes it.
int wanted_mutants() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  const auto* const text = std::getenv("CICADA_SOD_MUTANTS");
  return text == nullptr ? 13'000 : std::atoi(text);  // NOLINT(cert-err34-c)
}

/// One of ten kinds of change, sometimes two.
Bytes mutated(const Bytes& good, base::Rng& rng) {
  auto bytes = good;
  const auto rounds = 1 + below(rng, 4) / 3;
  for (std::size_t i = 0; i < rounds && !bytes.empty(); ++i) {
    const auto at = below(rng, bytes.size());
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = std::min<std::size_t>(1 + below(rng, 40), bytes.size() - at);
    const auto end = place + static_cast<std::ptrdiff_t>(size);
    switch (below(rng, 10)) {
      case 0: *place ^= static_cast<std::uint8_t>(1U << below(rng, 8)); break;
      case 1: *place = octet(rng); break;
      case 2: bytes.insert(place, octet(rng)); break;
      case 3: bytes.erase(place); break;
      case 4: bytes.erase(place, end); break;
      case 5: std::fill(place, end, octet(rng)); break;
      case 6: std::swap(*place, bytes[below(rng, bytes.size())]); break;
      case 7: {
        const Bytes slice{place, end};
        const auto to = bytes.begin() + static_cast<std::ptrdiff_t>(below(rng, bytes.size() + 1));
        bytes.insert(to, slice.begin(), slice.end());
        break;
      }
      case 8: bytes.resize(at); break;
      default: std::reverse(place, end); break;
    }
  }
  return bytes;
}

/// One object of the encoding is taken out, put in twice, exchanged for its neighbour, emptied, given another tag or
/// length: what a parser must notice.
Bytes mutated_by_structure(const Bytes& good, const std::vector<Node>& nodes, base::Rng& rng) {
  const auto& node = nodes[below(rng, nodes.size())];
  const auto& other = nodes[below(rng, nodes.size())];
  const auto part = [&](const Node& one) { return base::ByteView{good}.subspan(one.start, one.size); };
  const auto before = base::ByteView{good}.first(node.start);
  const auto after = base::ByteView{good}.subspan(node.start + node.size);
  auto changed = base::to_bytes(part(node));
  switch (below(rng, 8)) {
    case 0: changed.clear(); break;
    case 1: base::append(changed, part(node)); break;
    case 2: changed = base::to_bytes(part(other)); break;
    case 3: changed.resize(node.header); break;
    case 4: changed[0] = octet(rng); break;
    case 5: changed[1] = octet(rng); break;
    case 6: changed = asn1::encode_tlv(changed[0], part(other)); break;
    default: changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(node.header), octet(rng)); break;
  }
  // Half of them with the lengths around it made right, so that only the meaning is wrong.
  auto mutant = base::concat({before, changed, after});
  const auto difference = changed.size() - node.size;  // wraps for a shorter one
  if (below(rng, 2) == 0) return mutant;
  for (const auto& around : nodes) {
    const bool holds = around.start < node.start && around.start + around.size >= node.start + node.size;
    if (!holds || good[around.start + 1] != 0x82) continue;
    const auto size = around.size - around.header + difference;
    mutant[around.start + 2] = static_cast<std::uint8_t>(size >> 8U);
    mutant[around.start + 3] = static_cast<std::uint8_t>(size);
  }
  return mutant;
}

/// What somebody signed: the content, the attributes in the order of DER, and the signed parts of the certificates.
bool same_evidence(const Bytes& a, const Bytes& b) {
  const auto read = [](Bytes sod) -> std::optional<Bytes> {
    if (!sod.empty() && sod[0] == 0x77) {
      const bool indefinite = sod.size() > 1 && sod[1] == 0x80;
      const auto outer = asn1::read_header(sod);
      if (!outer && !indefinite) return std::nullopt;
      sod.erase(sod.begin(), sod.begin() + static_cast<std::ptrdiff_t>(indefinite ? 2 : outer->header_size));
    }
    const auto size = asn1::object_size(sod);
    if (!size) return std::nullopt;
    const auto message = asn1::parse_signed_data(base::ByteView{sod}.first(*size));
    if (!message || !message->content || message->signer_infos.size() != 1) return std::nullopt;
    const auto& info = message->signer_infos.front();
    auto all =
        base::concat({*message->content, info.signed_attributes_sorted().value_or(info.signed_attributes_to_hash())});
    std::set<Bytes> certificates;
    for (const auto& der : message->certificates) {
      if (const auto certificate = asn1::parse_certificate(der)) certificates.insert(certificate->tbs);
    }
    for (const auto& tbs : certificates) base::append(all, tbs);
    return all;
  };
  const auto first = read(a);
  const auto second = read(b);
  return first && second && *first == *second;
}

bool is_listed_deviation(const Verdict& verdict) {
  return std::ranges::any_of(verdict.checks, [](const Check& check) { return !check.deviations.empty(); });
}

struct Count {
  std::size_t tried = 0, passed_strictly = 0, tolerated = 0, silent = 0, forged = 0;
};

void try_one(const Original& original, const Bytes& mutant, Count& count) {
  if (mutant == original.sod) return;
  ++count.tried;
  const auto tolerant = judge_files(original.input(mutant, false));
  if (tolerant.outcome() != Outcome::passed) return;  // the strict policy refuses no less
  ++count.tolerated;
  if (!is_listed_deviation(tolerant)) ++count.silent;
  if (!same_evidence(mutant, original.sod)) ++count.forged;
  if (judge_files(original.input(mutant, true)).outcome() == Outcome::passed) ++count.passed_strictly;
}

void check_count(const Count& count, std::size_t least) {
  // Shown with -v only: what a full run has seen.
  UT_PRINT((std::to_string(count.tried) + " mutants, " + std::to_string(count.tolerated) +
            " tolerated by name, nothing signed changed in them")
               .c_str());
  CHECK(count.tried >= least);
  LONGS_EQUAL(0, count.passed_strictly);
  LONGS_EQUAL(0, count.silent);
  LONGS_EQUAL(0, count.forged);
}
}  // namespace

TEST_GROUP(MutatedSod){};

TEST(MutatedSod, IsGoodBeforeAnythingChanges) {
  for (const char* id : {"ecdsa-p256-explicit", "ecdsa-brainpoolP256r1-explicit", "rsa-2048"}) {
    const auto document = original(id);
    CHECK_STRING("passed", to_string(judge_files(document.input(document.sod, true)).outcome()));
  }
}

// Some octets of a security object are not signed: versions, the list of digests, the name of the signer. A change
// there is tolerated under a name (the signer is then found because there is only one certificate), and only there:
// what was signed is octet for octet the same. The strict policy takes none.

TEST(MutatedSod, WithAnySingleBitFlippedIsRefusedOrNamed) {
  for (const char* id : {"ecdsa-p256-explicit", "rsa-2048"}) {
    const auto document = original(id);
    Count count;
    for (std::size_t bit = 0; bit < document.sod.size() * 8; ++bit) {
      auto mutant = document.sod;
      mutant[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      try_one(document, mutant, count);
    }
    check_count(count, document.sod.size() * 8);
  }
}

TEST(MutatedSod, AtRandomIsNotAccepted) {
  Count count;
  base::ReplayRng rng{20260301};
  for (const char* id : {"ecdsa-p256-explicit", "ecdsa-brainpoolP256r1-explicit", "rsa-2048"}) {
    const auto document = original(id);
    for (int i = 0; i < wanted_mutants(); ++i) try_one(document, mutated(document.sod, rng), count);
  }
  check_count(count, static_cast<std::size_t>(wanted_mutants()) * 3 * 9 / 10);
}

TEST(MutatedSod, ByItsStructureIsNotAccepted) {
  Count count;
  base::ReplayRng rng{20260302};
  for (const char* id : {"ecdsa-p256-explicit", "ecdsa-brainpoolP256r1-explicit", "rsa-2048"}) {
    const auto document = original(id);
    std::vector<Node> nodes;
    collect(document.sod, 0, document.sod.size(), nodes);
    for (int i = 0; i < wanted_mutants(); ++i) {
      try_one(document, mutated_by_structure(document.sod, nodes, rng), count);
    }
  }
  check_count(count, static_cast<std::size_t>(wanted_mutants()) * 3 * 9 / 10);
}
