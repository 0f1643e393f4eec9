// A profile, the content of one card and a dialect: a plan.
#pragma once

#include <string>
#include <string_view>

#include "grouping.h"
#include "script.h"

namespace cicada::host::perso {

/// Builds the list of steps and remembers where the card's "current DF" is.
class Planner {
 public:
  Planner(const Script& script, const Profile& profile, const Content& content)
      : script_(script), profile_(profile), content_(content), groupings_(script, plan_.steps) {}

  [[nodiscard]] Checked<Plan> plan();

 private:
  /// What a label says.
  struct Words {
    std::string_view name = {};
    std::size_t number = 0;  ///< {offset} or {block}
  };
  [[nodiscard]] Checked<void> add(const StepTemplate& step, const Values& values, const Words& words,
                                  Phase phase = Phase::content);
  [[nodiscard]] Checked<void> add_all(Moment moment, const Values& values, const Words& words,
                                      Phase phase = Phase::content);
  [[nodiscard]] Checked<void> add_pieces(Moment moment, Values values, base::ByteView content, std::string_view name);
  /// Octets of content that fit one command of this step.
  [[nodiscard]] std::size_t room(const StepTemplate& step, Values values) const;

  [[nodiscard]] Checked<void> select(std::string_view df);
  [[nodiscard]] Checked<void> create_applications();
  [[nodiscard]] Checked<void> write_file(const File& file);
  [[nodiscard]] Checked<base::ByteView> content_of(const File& file) const;
  [[nodiscard]] Checked<void> create_file(const File& file, std::size_t size, const Values& values);
  [[nodiscard]] Checked<void> load_access();
  [[nodiscard]] Checked<void> load_bac_keys();
  [[nodiscard]] Checked<void> load_passwords();
  [[nodiscard]] Checked<void> load_keys();
  [[nodiscard]] Checked<void> load_active(const PrivateHalf& secret, const ChipPublicKey& key);
  [[nodiscard]] Checked<void> load_chip_key(const ChipAuthentication& chip, const PrivateHalf& secret,
                                            const ChipPublicKey& key);
  [[nodiscard]] Checked<void> load_certificates();
  [[nodiscard]] Checked<void> load_password(std::string_view name, std::uint8_t reference, base::ByteView password);
  [[nodiscard]] Checked<void> load_trust();
  [[nodiscard]] Checked<void> finish();

  const Script& script_;
  const Profile& profile_;
  const Content& content_;
  Plan plan_ = {};
  GroupingWriter groupings_;
  std::string current_ = {};  ///< DF; empty: not known yet
  std::size_t memory_ = 0;
};

/// A data object 06 for each protocol of a key.
[[nodiscard]] base::Bytes protocol_objects(const ChipAuthentication& chip);
/// The label of a step: {name}, and {offset} or {block} with a number.
[[nodiscard]] std::string label_of(const StepTemplate& step, std::string_view name, std::size_t number = 0);

}  // namespace cicada::host::perso
