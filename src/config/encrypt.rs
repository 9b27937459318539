//! The dialogue of `taintc encrypt` (spec/config.md section 4): asks for a value and a secret, twice
//! for the secret, and gives the lines to print on stdout.

use zeroize::Zeroizing;

use super::cipher::{Cipher, random_iv};
use super::{ConfigError, Prompt};

/// Asks, encrypts, and returns the text for stdout. Nothing is returned unless all went well.
pub fn dialogue(prompt: &mut dyn Prompt) -> Result<String, ConfigError> {
    let value = ask_twice(
        prompt,
        "Enter value: ",
        "Value cannot be empty; enter value: ",
        "value",
    )?;
    let secret = ask_twice(
        prompt,
        "\nEnter secret: ",
        "Secret cannot be empty; enter secret: ",
        "secret",
    )?;
    let again = ask(prompt, "\nRe-enter secret to verify: ")?;
    if *secret != *again {
        return Err(ConfigError::SecretMismatch);
    }
    let iv = random_iv().ok_or(ConfigError::NoRandomness)?;
    let payload = Cipher::new(&secret).encrypt(&value, &iv);
    Ok(format!(
        "Add the following to the configuration file:\n\
         <key>=\"@encrypted:{{{payload}}}\"\n\
         \n\
         Or provide it as a command line argument:\n\
         --<key>=@encrypted:{{{payload}}}\n"
    ))
}

fn ask_twice(
    prompt: &mut dyn Prompt,
    question: &str,
    reminder: &str,
    what: &'static str,
) -> Result<Zeroizing<String>, ConfigError> {
    for question in [question, reminder] {
        let answer = ask(prompt, question)?;
        if !answer.trim().is_empty() {
            return Ok(answer);
        }
    }
    Err(ConfigError::EmptyInput(what))
}

/// The end of the input counts as an empty answer: the dialogue then ends by its own rules.
fn ask(prompt: &mut dyn Prompt, question: &str) -> Result<Zeroizing<String>, ConfigError> {
    let answer = prompt.ask(question).map_err(ConfigError::Prompt)?;
    Ok(answer.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io;

    use zeroize::Zeroizing;

    use super::dialogue;
    use crate::config::cipher::{Cipher, payload};
    use crate::config::{ConfigError, Prompt};

    struct Script(VecDeque<&'static str>, Vec<String>);

    impl Prompt for Script {
        fn ask(&mut self, question: &str) -> io::Result<Option<Zeroizing<String>>> {
            self.1.push(question.to_owned());
            Ok(self
                .0
                .pop_front()
                .map(|line| Zeroizing::new(line.to_owned())))
        }
    }

    fn run(answers: &[&'static str]) -> (Result<String, ConfigError>, Vec<String>) {
        let mut script = Script(answers.iter().copied().collect(), Vec::new());
        let result = dialogue(&mut script);
        (result, script.1)
    }

    #[test]
    fn what_it_prints_decrypts() {
        let (printed, questions) = run(&["foo", "123", "123"]);
        let printed = printed.expect("encrypted");
        assert_eq!(
            questions,
            [
                "Enter value: ",
                "\nEnter secret: ",
                "\nRe-enter secret to verify: "
            ]
        );
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(lines[0], "Add the following to the configuration file:");
        assert_eq!(lines[3], "Or provide it as a command line argument:");
        assert!(lines[1].starts_with("<key>=\"@encrypted:{") && lines[1].ends_with("}\""));
        assert!(lines[4].starts_with("--<key>=@encrypted:{"));
        for line in [lines[1], lines[4]] {
            let payload = payload(line).expect("encrypted value");
            let plain = Cipher::new("123").decrypt(payload).expect("plain text");
            assert_eq!(plain.as_str(), "foo");
        }
    }

    #[test]
    fn blank_answers_are_asked_for_once_more() {
        assert!(run(&["", "foo", "", "123", "123"]).0.is_ok());
        let (result, questions) = run(&[" ", ""]);
        assert_eq!(
            result.unwrap_err().to_string(),
            "encryption failed: empty value."
        );
        assert_eq!(
            questions.last().map(String::as_str),
            Some("Value cannot be empty; enter value: ")
        );
        let (result, _) = run(&["foo", "", ""]);
        assert_eq!(
            result.unwrap_err().to_string(),
            "encryption failed: empty secret."
        );
        let (result, _) = run(&["foo", "a", "b"]);
        assert_eq!(result.unwrap_err().to_string(), "secrets did not match.");
        let (result, _) = run(&[]);
        assert_eq!(
            result.unwrap_err().to_string(),
            "encryption failed: empty value."
        );
    }
}
