#include "cicada_1.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/base/cursor.h"
#include "cicada/host/gp/scp03_codec.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::host::perso::cicada_1 {

using base::Bytes;
using base::ByteView;
using iso7816::CommandApdu;

namespace {

constexpr std::uint8_t kCla = 0x84;
constexpr std::uint8_t kInsSelect = 0xA4;
constexpr std::uint8_t kInsCreateFile = 0xE0;
constexpr std::uint8_t kInsUpdateBinary = 0xD6;
constexpr std::uint8_t kInsUpdateBinaryOdd = 0xD7;
constexpr std::uint8_t kInsPutData = 0xDA;
constexpr std::uint8_t kInsStoreData = 0xE2;
constexpr std::uint8_t kInsDeleteFile = 0xE4;
constexpr std::uint8_t kInsSetStatus = 0xF0;

/// Offsets that fit P1 P2 of the even instruction (ISO/IEC 7816-4 §11.2.2): 15 bits.
constexpr std::size_t kEvenOffsets = 0x8000;
/// Around the data of the odd instruction: 54 02 offset, 53 81 length.
constexpr std::size_t kOddOverhead = 7;
constexpr std::size_t kEvenChunk = gp::kMaxCommandData;
constexpr std::size_t kOddChunk = gp::kMaxCommandData - kOddOverhead;

/// A data object with a length below 128.
void append_tlv(Bytes& to, std::uint8_t tag, ByteView value) {
  to.push_back(tag);
  to.push_back(static_cast<std::uint8_t>(value.size()));
  base::append(to, value);
}

Bytes two_octets(std::size_t value) {
  Bytes octets;
  base::append_unsigned(octets, value, 2);
  return octets;
}

std::uint8_t security_condition(AccessRule rule) {
  switch (rule) {
    case AccessRule::always: return 0x00;
    case AccessRule::bac:
    case AccessRule::access: return 0x40;
    case AccessRule::eac_dg3: return 0xE3;
    case AccessRule::eac_dg4: return 0xE4;
    case AccessRule::never: break;
  }
  return 0xFF;
}

CommandApdu create_file(const Bytes& objects) {
  CommandApdu command{.cla = kCla, .ins = kInsCreateFile};
  append_tlv(command.data, 0x62, objects);
  return command;
}

CommandApdu create_df(const Application& application) {
  Bytes objects;
  append_tlv(objects, 0x82, std::array<std::uint8_t, 1>{0x38});
  append_tlv(objects, 0x83, two_octets(application.fid));
  append_tlv(objects, 0x84, application.aid);
  return create_file(objects);
}

CommandApdu create_ef(const File& file, std::size_t size) {
  Bytes objects;
  append_tlv(objects, 0x82, std::array<std::uint8_t, 1>{0x01});
  append_tlv(objects, 0x83, two_octets(file.fid));
  append_tlv(objects, 0x80, two_octets(size));
  append_tlv(objects, 0x88, std::array<std::uint8_t, 1>{static_cast<std::uint8_t>(file.sfi << 3U)});
  append_tlv(objects, 0x8C, std::array<std::uint8_t, 2>{0x01, security_condition(file.read)});
  return create_file(objects);
}

CommandApdu update_binary(std::size_t offset, ByteView data) {
  if (offset < kEvenOffsets) {
    return {.cla = kCla,
            .ins = kInsUpdateBinary,
            .p1 = static_cast<std::uint8_t>(offset >> 8U),
            .p2 = static_cast<std::uint8_t>(offset & 0xFFU),
            .data = base::to_bytes(data)};
  }
  CommandApdu command{.cla = kCla, .ins = kInsUpdateBinaryOdd};
  append_tlv(command.data, 0x54, two_octets(offset));
  command.data.push_back(0x53);
  if (data.size() >= 0x80) command.data.push_back(0x81);
  command.data.push_back(static_cast<std::uint8_t>(data.size()));
  base::append(command.data, data);
  return command;
}

/// YYMMDD, a digit an octet.
Bytes date_digits(base::Date date) {
  Bytes digits;
  for (const auto part : {static_cast<unsigned>(static_cast<int>(date.year()) % 100),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())}) {
    digits.push_back(static_cast<std::uint8_t>(part / 10));
    digits.push_back(static_cast<std::uint8_t>(part % 10));
  }
  return digits;
}

std::unexpected<Problem> refuse(std::string text) {
  return std::unexpected(Problem{.fault = base::Fault::bad_input, .text = std::move(text)});
}

/// Builds the list of steps and remembers where the card's "current DF" is.
class Planner {
 public:
  Planner(const Profile& profile, const Content& content) : profile_(profile), content_(content) {}

  Checked<Plan> plan() {
    for (const auto& application : profile_.applications) {
      select(kMasterFile);
      add("CREATE FILE " + application.name, create_df(application));
      current_ = application.name;
    }
    for (const auto& file : profile_.files) {
      if (auto written = write(file); !written) return std::unexpected(written.error());
    }
    if (auto loaded = load_keys(); !loaded) return std::unexpected(loaded.error());
    finish();
    return std::move(plan_);
  }

 private:
  void add(std::string label, CommandApdu command, std::vector<OctetRange> secret = {}, Phase phase = Phase::content) {
    plan_.steps.emplace_back(std::move(label), std::move(command), std::move(secret), phase);
  }

  void select(std::string_view df) {
    if (current_ == df) return;
    CommandApdu command{.cla = kCla, .ins = kInsSelect, .p1 = 0x00, .p2 = 0x0C};
    if (df != kMasterFile) {
      command.p1 = 0x04;
      command.data = std::ranges::find(profile_.applications, df, &Application::name)->aid;
    }
    add(fmt::format("SELECT {}", df), std::move(command));
    current_ = df;
  }

  Checked<ByteView> content_of(const File& file) const {
    if (file.content.empty()) return ByteView{file.fixed};
    const auto found = content_.files.find(file.content);
    if (found == content_.files.end()) {
      return refuse(fmt::format("{}: the card's data has no \"{}\"", file.name, file.content));
    }
    return ByteView{found->second};
  }

  Checked<void> write(const File& file) {
    if (file.content == kCvcaContent) return make_cvca_file(file);
    const auto data = content_of(file);
    if (!data) return std::unexpected(data.error());
    const std::size_t most = file.max.value_or(kDialect.max_file_size);
    if (data->empty() || data->size() > most) {
      return refuse(fmt::format("{}: {} octets of content; the profile allows 1 to {}", file.name, data->size(), most));
    }
    const auto size = file.size == SizeRule::max ? most : data->size();
    if (auto created = create(file, size); !created) return created;
    std::size_t offset = 0;
    while (offset < data->size()) {
      const auto most_here = offset < kEvenOffsets ? kEvenChunk : kOddChunk;
      const auto chunk = data->subspan(offset, std::min(most_here, data->size() - offset));
      add(fmt::format("UPDATE BINARY {} at {}", file.name, offset), update_binary(offset, chunk));
      offset += chunk.size();
    }
    return {};
  }

  Checked<void> create(const File& file, std::size_t size) {
    memory_ += size;
    if (memory_ > kDialect.max_memory) {
      return refuse(fmt::format("{}: with this file the card would hold {} octets; it has {}", file.name, memory_,
                                kDialect.max_memory));
    }
    select(file.df);
    add("CREATE FILE " + file.name, create_ef(file, size));  // the new file is the current one: no SELECT
    return {};
  }

  /// The card writes it when it learns whom to trust.
  Checked<void> make_cvca_file(const File& file) { return create(file, kCvcaFileSize); }

  Checked<void> load_keys() {
    if (auto loaded = load_bac_keys(); !loaded) return loaded;
    if (profile_.pace_mrz) {
      if (!content_.pace_mrz) return missing("the PACE password of the MRZ");
      add_password("MRZ", 1, content_.pace_mrz->expose());
    }
    if (profile_.pace_can) {
      if (!content_.pace_can) return missing("a CAN");
      add_password("CAN", 2, content_.pace_can->expose());
    }
    for (const auto& entry : profile_.pace) {
      CommandApdu command{.cla = kCla, .ins = kInsPutData, .p1 = 0x00, .p2 = 0x64};
      append_tlv(command.data, 0x80, entry.oid);
      append_tlv(command.data, 0x84, std::array<std::uint8_t, 1>{entry.domain});
      add("PUT DATA PACE-" + entry.name, std::move(command));
    }
    return load_trust();
  }

  static std::unexpected<Problem> missing(std::string_view what) {
    return refuse(fmt::format("the profile loads {}; the card's data has none", what));
  }

  /// A command that ends with a secret.
  void add_password(std::string_view name, std::uint8_t reference, ByteView k) {
    CommandApdu command{.cla = kCla, .ins = kInsPutData, .p1 = 0x00, .p2 = 0x63};
    command.data.reserve(5 + k.size());  // at once: a buffer that grows leaves key octets behind
    append_tlv(command.data, 0x83, std::array<std::uint8_t, 1>{reference});
    append_tlv(command.data, 0x80, k);
    add(fmt::format("PUT DATA PACE password {}", name), std::move(command), {{.offset = 5, .size = k.size()}});
  }

  Checked<void> load_trust() {
    if (!profile_.terminal_authentication) return {};
    if (!content_.trust || content_.trust->cvca.empty()) {
      return missing("CVCA certificates");
    }
    const auto& trust = *content_.trust;
    const auto& file = *std::ranges::find(profile_.files, profile_.terminal_authentication->cvca_file, &File::name);
    select(file.df);
    CommandApdu command{.cla = kCla, .ins = kInsPutData, .p1 = 0x00, .p2 = 0x65};
    append_tlv(command.data, 0x83, two_octets(file.fid));
    asn1::append_tlv(command.data, 0x5F25, date_digits(trust.today));
    if (!trust.document_number.empty()) append_tlv(command.data, 0x80, base::as_bytes(trust.document_number));
    add("PUT DATA terminal authentication", std::move(command));
    for (const auto& certificate : trust.cvca) store(certificate);
    return {};
  }

  /// STORE DATA in blocks.
  void store(ByteView certificate) {
    std::uint8_t block = 0;
    while (!certificate.empty()) {
      const auto part = certificate.first(std::min(certificate.size(), gp::kMaxCommandData));
      certificate = certificate.subspan(part.size());
      add(fmt::format("STORE DATA CVCA certificate, block {}", block),
          {.cla = kCla,
           .ins = kInsStoreData,
           .p1 = static_cast<std::uint8_t>(certificate.empty() ? 0x80 : 0x00),
           .p2 = block,
           .data = base::to_bytes(part)});
      ++block;
    }
  }

  Checked<void> load_bac_keys() {
    if (!profile_.bac_keys) return {};
    if (!content_.bac) return refuse("the profile loads document basic access keys; the card's data has none");
    CommandApdu command{.cla = kCla, .ins = kInsPutData, .p1 = 0x00, .p2 = 0x62};
    command.data.reserve(36);  // at once: a buffer that grows leaves key octets behind
    append_tlv(command.data, 0x80, content_.bac->k_enc.expose());
    append_tlv(command.data, 0x81, content_.bac->k_mac.expose());
    add("PUT DATA document basic access keys", std::move(command),
        {{.offset = 2, .size = 16}, {.offset = 20, .size = 16}});
    return {};
  }

  void finish() {
    for (const auto& application : profile_.applications) {
      add("SET STATUS " + application.name + " personalized",
          {.cla = kCla, .ins = kInsSetStatus, .p1 = 0x40, .p2 = 0x0F, .data = application.aid}, {}, Phase::personalize);
    }
    if (profile_.finish == FinalState::locked) {
      add("SET STATUS card locked", {.cla = kCla, .ins = kInsSetStatus, .p1 = 0x80, .p2 = 0x0F}, {}, Phase::lock);
    }
  }

  const Profile& profile_;
  const Content& content_;
  Plan plan_{.dialect = profile_.dialect};
  std::string current_;  ///< DF; empty: not known yet
  std::size_t memory_ = 0;
};

}  // namespace

Checked<Plan> plan(const Profile& profile, const Content& content) {
  return Planner{profile, content}.plan();
}

Plan erase_plan(const Profile& profile) {
  Plan plan{.dialect = profile.dialect};
  plan.steps.emplace_back("DELETE FILE all there is", CommandApdu{.cla = kCla, .ins = kInsDeleteFile});
  return plan;
}

base::Literal explain(std::uint8_t ins, std::uint16_t sw) {
  namespace s = iso7816::sw;
  if (sw == s::k6985ConditionsNotSatisfied && ins == kInsSetStatus) {
    return "nobody could read the card, or it is personalized already, or not yet";
  }
  switch (sw) {
    case s::k6581MemoryFailure: return "the card could not write to its memory";
    case s::k6700WrongLength: return "the card does not take data of this length";
    case s::k6D00InstructionNotSupported: return "the card does not know this command, or is locked";
    case s::k6982SecurityStatusNotSatisfied: return "the secure channel is not open any more";
    case s::k6985ConditionsNotSatisfied: return "the card is personalized already";  // or, never planned, a DF in a DF
    case s::k6986NoCurrentEf: return "no file is selected";
    case s::k6A80WrongData: return "the card does not understand the data objects";
    case s::k6A82FileNotFound: return "no such file or application on the card";
    case s::k6A84NoMemory:
      if (ins == kInsCreateFile) return "the card has no memory left";
      return "the data runs over the end of the file";
    case s::k6A86WrongP1P2: return "the card does not know these parameters";
    case s::k6A88ReferencedDataNotFound: return "the card does not know this key object";
    case s::k6A89FileExists: return "the card has this FID, SFI or AID already: it is not blank";
    case s::k6B00WrongOffset: return "the offset lies outside the file";
    default: return "";
  }
}

}  // namespace cicada::host::perso::cicada_1
