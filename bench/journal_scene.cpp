#include "journal_scene.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace cicada::bench {

void must(bool good, const char* what, const base::Error* error) {
  if (good) return;
  std::fprintf(stderr, "%s failed%s%s\n", what, error == nullptr ? "" : ": ",
               error == nullptr ? "" : error->describe().c_str());
  std::exit(1);
}

journal::Digest digest(std::uint64_t n) {
  // Spread over the whole range, as digests are: splitmix64.
  journal::Digest value{};
  std::uint64_t state = n;
  for (std::size_t i = 0; i < value.size(); i += 8) {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    z ^= z >> 31U;
    for (std::size_t j = 0; j < 8; ++j) value.at(i + j) = static_cast<std::uint8_t>(z >> (8 * j));
  }
  return value;
}

std::string chip(std::uint64_t n) {
  const auto octets = digest(n + 77);
  std::string text;
  for (std::size_t i = 0; i < 10; ++i) text += fmt::format("{:02X}", octets.at(i));
  return text;
}

journal::Intake intake(std::uint64_t n) {
  journal::Intake made;
  made.dossier = fmt::format("01-2026-{:09}", n);
  made.number = fmt::format("{:012}", (n * 7'919'000'027ULL) % 999'999'999'989ULL);
  made.content = digest(2 * n);
  made.portrait = digest(2 * n + 1);
  made.unit = {.province = "01", .district = {}, .commune = fmt::format("{:05}", n % 579)};
  made.team = fmt::format("T{}", n % 20);
  made.machine = "M1";
  return made;
}

void fill(journal::Journal& to, const std::string& id, std::uint64_t first, std::uint64_t count) {
  constexpr std::uint64_t kPart = 5000;
  must(to.add_batch({.id = id, .policy = "law-2024", .announced = count}, {}), "add_batch");
  for (std::uint64_t done = 0; done < count; done += kPart) {
    std::vector<journal::Intake> intakes;
    for (auto n = done; n < std::min(done + kPart, count); ++n) intakes.push_back(intake(first + n));
    const auto outcomes = must(to.take_in(id, intakes, {}), "take_in");
    std::vector<journal::Prepared> prepared;
    for (const auto& outcome : outcomes) {
      prepared.push_back({.job = outcome.job,
                          .payload = {.pack = "0001.pack", .offset = 1, .size = 20'000, .digest = digest(7)},
                          .ds = {}});
    }
    must(to.make_ready(id, prepared, {}), "make_ready");
  }
}

}  // namespace cicada::bench
